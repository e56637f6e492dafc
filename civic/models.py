# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every table of the core, so that foreign keys resolve whatever is imported first."""

from civic.answers.models import Answer, AnswerCorrection, AnswerStep
from civic.comments.models import Comment
from civic.counter.models import CounterAct, CounterLine, CounterMandate, CounterSheet, CounterSitting
from civic.delays.models import SummaryChoice
from civic.events.models import OutboxMessage, Schedule
from civic.files.models import FileRendition, StoredFile
from civic.follows.models import Follow
from civic.items.models import CountDelta, Document, Item, ItemLink, ItemTag, PublicNumber, Tag
from civic.journal.models import JournalEntry, JournalHead, JournalText, Seal
from civic.letters.models import Letter, LetterBatch, LetterCode
from civic.organisations.models import Organisation, OrganisationMember
from civic.people.doubtful_pairs import DoubtfulPair
from civic.people.known_identity import KnownIdentity
from civic.people.linked import LinkedIdentity, ProviderSession
from civic.people.minor import Minor
from civic.people.models import (
    Absence,
    Account,
    Delegation,
    Department,
    PendingAct,
    Person,
    PersonIdentifier,
    RoleGrant,
    RollEntry,
    SignInCode,
    SignInSession,
    Verification,
)
from civic.people.proof_upload import ProofUpload
from civic.reach.models import TownFigure, TownFigures
from civic.saved_views.models import SavedView
from civic.search.models import SearchDocument
from civic.settings.models import ModuleSwitch, Portal, SpentToken, StoredSettings
from civic.spaces.models import (
    Component,
    OldSlug,
    Phase,
    PhaseVerb,
    ProcessFrame,
    Space,
    SpaceMember,
    SpaceQuartier,
)
from civic.supports.models import Support
from civic.territory.models import Address, Quartier, QuartierSuccession
from civic.workflow.stays import Stay

CORE_MODELS = (
    *(Answer, AnswerCorrection, AnswerStep, Comment, OutboxMessage, Schedule, Follow),
    *(CounterAct, CounterLine, CounterMandate, CounterSheet, CounterSitting),
    *(FileRendition, StoredFile),
    *(CountDelta, Document, Item, ItemLink, ItemTag, PublicNumber, Tag),
    *(JournalEntry, JournalHead, JournalText, Seal),
    *(Absence, Account, Delegation, Department, PendingAct, Person, PersonIdentifier, RoleGrant, RollEntry),
    *(LinkedIdentity, ProofUpload, ProviderSession, SignInCode, SignInSession, Verification, SearchDocument),
    *(ModuleSwitch, Portal, SpentToken, StoredSettings),
    *(Component, OldSlug, Phase, PhaseVerb, ProcessFrame, Space, SpaceMember, SpaceQuartier),
    *(DoubtfulPair, KnownIdentity),
    *(Minor, Organisation, OrganisationMember),
    *(Letter, LetterBatch, LetterCode),
    *(SavedView, Stay, SummaryChoice),
    *(TownFigure, TownFigures),
    *(Support, Address, Quartier, QuartierSuccession),
)
"""All of them; a model that is missing here has no migration."""
