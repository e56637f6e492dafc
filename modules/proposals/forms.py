# SPDX-License-Identifier: AGPL-3.0-or-later
"""Forms of proposals. Limits come from the town's settings; the services check them again for every face."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_pgettext
from wtforms import FloatField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from civic.attachments.forms import AttachmentsPart
from civic.capabilities.forms import IN_WHOSE_NAME, offer_speakers, organisation_key
from civic.files.models import StoredFile
from civic.i18n.setup import current_language
from civic.i18n.texts import text
from civic.organisations.speaking import Speaker
from civic.web.forms import VersionedForm, choices, one_line, strip

from .filters import Options
from .services import Content
from .settings import ProposalSettings


def _length(limit: int) -> Length:
    """At most so many characters, said in words."""
    return Length(max=limit, message=lazy_pgettext("proposals", "Write at most %(count)s characters.", count=limit))


class ProposalForm(AttachmentsPart):
    """A proposal, on one page, with its pictures and documents."""

    speaker = SelectField(IN_WHOSE_NAME, coerce=organisation_key, validate_choice=False, default=0)
    title = StringField(lazy_pgettext("proposals", "Title"), filters=[strip])
    body = TextAreaField(lazy_pgettext("proposals", "What you propose, and why"), filters=[strip])
    quartier = SelectField(lazy_pgettext("proposals", "Quartier"), validate_choice=False)
    place = StringField(
        lazy_pgettext("proposals", "Where exactly"), filters=[strip], validators=[Optional(), Length(max=200), one_line]
    )
    lon = FloatField(widget=HiddenInput(), validators=[Optional(), NumberRange(-180, 180)])
    lat = FloatField(widget=HiddenInput(), validators=[Optional(), NumberRange(-90, 90)])
    tags = SelectMultipleField(
        lazy_pgettext("proposals", "Themes"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=False,
    )

    def __init__(
        self,
        settings: ProposalSettings,
        known: Options,
        content: Content | None = None,
        files: Sequence[StoredFile] = (),
        speakers: Sequence[Speaker] = (),
    ) -> None:
        self.known = known
        super().__init__(files=files, **(_values(content, known) if content else {}))
        offer_speakers(self.speaker, speakers)
        self.title.validators = [
            InputRequired(lazy_pgettext("proposals", "Give your proposal a title.")),
            one_line,
            _length(settings.title_length),
        ]
        self.body.validators = [
            InputRequired(lazy_pgettext("proposals", "Say what you propose, and why.")),
            _length(settings.body_length),
        ]
        self.title.flags.maxlength = settings.title_length
        self.body.flags.maxlength = settings.body_length
        self.title.flags.required = self.body.flags.required = True
        whole = lazy_pgettext("proposals", "The whole town, or I do not know")
        named = [(slug, text(one.name)) for slug, one in known.quartiers.items()]
        self.quartier.choices = choices([("", whole), *named])
        self.tags.choices = choices((slug, text(one.name)) for slug, one in known.tags.items())
        self.tags.description = lazy_pgettext("proposals", "At most %(count)s.", count=settings.tag_count)

    def content(self) -> Content:
        """What was typed. A quartier or theme the town does not have is left out."""
        quartier = self.known.quartiers.get(self.quartier.data or "")
        lon, lat = self.lon.data, self.lat.data
        on_earth = lon is not None and lat is not None and -180 <= lon <= 180 and -90 <= lat <= 90
        return Content(
            title=self.title.data or "",
            body=self.body.data or "",
            quartier_id=quartier.id if quartier else None,
            place=self.place.data or "",
            lon=lon if on_earth else None,
            lat=lat if on_earth else None,
            tag_ids=tuple(self.known.tags[slug].id for slug in self.tags.data or () if slug in self.known.tags),
            language=current_language(),
            organisation_id=self.speaker.data or None,
        )


class CounterProposalForm(ProposalForm):
    """A proposal typed for someone at the counter: the process is chosen there, not by the address of the page."""

    space = SelectField(lazy_pgettext("proposals", "Process"), validate_choice=False)

    def __init__(self, settings: ProposalSettings, known: Options) -> None:
        super().__init__(settings, known)
        none = lazy_pgettext("proposals", "None: on its own")
        self.space.choices = choices([("", none), *((slug, text(one.name)) for slug, one in known.processes.items())])


class ChangeForm(VersionedForm, ProposalForm):
    """A submitted proposal corrected or completed, by its author or for them at the counter, where its files stay."""

    def __init__(
        self,
        settings: ProposalSettings,
        known: Options,
        content: Content,
        version: int,
        files: Sequence[StoredFile] = (),
    ) -> None:
        super().__init__(settings, known, content, files)
        self.version.data = self.version.data or str(version)


def _values(content: Content, known: Options) -> dict[str, Any]:
    """Field values of a content."""
    quartiers = {one.id: slug for slug, one in known.quartiers.items()}
    tags = {one.id: slug for slug, one in known.tags.items()}
    return {
        "title": content.title,
        "body": content.body,
        "quartier": quartiers.get(content.quartier_id or 0, ""),
        "place": content.place,
        "speaker": content.organisation_id or 0,
        "lon": content.lon,
        "lat": content.lat,
        "tags": [tags[tag_id] for tag_id in content.tag_ids if tag_id in tags],
    }


class WithdrawForm(VersionedForm):
    """Withdrawing one's proposal."""

    reason = TextAreaField(
        lazy_pgettext("proposals", "Reason, public"), filters=[strip], validators=[Optional(), _length(1_000)]
    )
