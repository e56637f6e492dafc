# SPDX-License-Identifier: AGPL-3.0-or-later
"""Pairs of identities written for these tests, by rule: (expected, rule, one, other). A date that is left out is equal."""

import re

from civic.people.names import Written

BORN = "1952-07-14"


def _one(text: str) -> Written:
    """ "Surname [usage name] / first names / date", the last left out where it is BORN."""
    surname, first_names, *day = (part.strip() for part in re.split(r"(?:^|\s)/(?:\s|$)", text.strip()))
    surname, _, usage = surname.partition("[")
    return Written(surname.strip(), first_names, day[0] if day else BORN, usage.rstrip("] "))


_TABLE = """
same       | equal               | PRIGENT / Soazig                      | Prigent / soazig
same       | equal               | Le Bihan / Gwénaël                    | LEBIHAN / GWENAEL
same       | equal               | Kermarrec-Le Guen / Anne-Gaëlle       | KERMARREC LE GUEN / ANNE GAELLE
same       | equal               | Ó Conaill / Aoife                     | O’CONAILL / AOIFE
same       | equal               | da Conceição / José Maria             | DA CONCEICAO / JOSE MARIA
same       | equal               | N’Diaye / Ndeye Fatou                 | NDIAYE / NDEYE-FATOU
same       | equal               | Aït Ouali / Nassima                   | AIT-OUALI / NASSIMA
same       | equal               | Nguyễn / Thị Hương                    | NGUYEN / THI HUONG
same       | equal               | Kovačević / Željko                    | Kovacevic / Zeljko
same       | equal               | İnce / Işıl                           | INCE / ISIL
same       | equal               | Sainte-Rose / Marie-Josèphe           | SAINTE ROSE / MARIE JOSEPHE
same       | equal               | Mlle Perrot / Lise                    | Perrot / Mme Lise
same       | equal               | Dr. Perrot (père) / Loïc              | PERROT / LOIC
same       | equal               | Perrot / Lise / 14/07/1952            | Perrot / Lise / 14 juillet 1952
same       | equal               | Perrot / Lise / née le 14/07/1952     | Perrot / Lise / 1952.07.14
same       | equal               | Perrot / Lise / 1er août 1952         | Perrot / Lise / 1952-8-1
same       | more_first_names    | Perrot / Lise, Marie                  | Perrot / Lise
same       | more_first_names    | Césaire / Aimé Fernand David          | CÉSAIRE / AIMÉ
same       | more_first_names    | Perrot / Jean-Yves Marie              | Perrot / Jean Yves
same       | more_first_names    | Perrot / Rose Marie Louise            | Perrot / Rose-Marie
same       | exchanged           | Ferreira da Costa / Inês              | Inês / FERREIRA DA COSTA
same       | exchanged           | Tran / Van Duc                        | VAN DUC / TRAN
same       | equal               | Perrot [Le Bris] / Lise               | Perrot [Morvan] / Lise
same       | equal               | Perrot née Le Bris / Lise             | PERROT (NÉE LE BRIS) / LISE
ask        | particle            | dos Santos / Rui                      | Santos / Rui
ask        | particle            | El Mansouri / Hind                    | Mansouri / Hind
ask        | particle            | Ben Youssef / Amel                    | Youssef / Amel
ask        | particle            | Le Floch / Maïwenn                    | Floch / Maïwenn
ask        | particle            | Leblanc / Rémi                        | Blanc / Rémi
ask        | particle            | von der Heide / Ute                   | Heide / Ute
ask        | particle            | Saint-Louis / Gilberte                | Louis / Gilberte
ask        | double_surname      | Ferreira da Costa / Inês              | da Costa / Inês
ask        | double_surname      | Silva Pereira / Nuno                  | Pereira Silva / Nuno
ask        | double_surname      | Gob-Marajo / Thierry                  | Gob / Thierry
ask        | double_surname      | Bérenger-Toto / Ghislaine             | Toto-Bérenger / Ghislaine
ask        | double_surname      | Le Gall-Morvan / Yann                 | Morvan / Yann
ask        | spelling            | Thébaud / Luc                         | Thébault / Luc
ask        | spelling            | Kerouac / Luc                         | Kerouack / Luc
ask        | spelling            | Boualem / Samia                       | Boualam / Samia
ask        | spelling            | Müller / Ida                          | Mueller / Ida
ask        | particle            | St-Aubin / Guy                        | Aubin / Guy
ask        | spelling            | St-Aubin / Guy                        | Saint-Aubin / Guy
ask        | usage_name          | Perrot [Le Bris] / Lise               | Le Bris / Lise
ask        | usage_name          | Perrot [Perrot-Morvan] / Lise         | Morvan / Lise
ask        | nee                 | LE BRIS née PERROT / Lise             | Perrot / Lise
ask        | nee                 | Perrot épouse Le Bris / Lise          | Le Bris / Lise
ask        | nee                 | Vve Le Bris ep. Morvan / Lise         | Morvan / Lise
ask        | composed            | Perrot / Pierre-Marie                 | Perrot / Pierre
ask        | composed            | Perrot / Jean Paul                    | Perrot / Jean
ask        | composed            | Perrot / Luc                          | Perrot / Jean-Luc
ask        | other_first_name    | Nguyễn / Thị Hương                    | Nguyen / Hương
ask        | other_first_name    | Perrot / Alphonse Eugène Marie        | Perrot / Eugène
ask        | order               | Perrot / Anne Lucie                   | Perrot / Lucie Anne
ask        | order               | Perrot / Anne-Marie                   | Perrot / Marie-Anne
ask        | further_names       | Perrot / Lucie Anne                   | Perrot / Lucie Jeanne
ask        | first_name_spelling | Perrot / Youssef                      | Perrot / Youcef
ask        | first_name_spelling | Perrot / Guénolé                      | Perrot / Gwenolé
ask        | first_name_spelling | Perrot / José                         | Perrot / Joseph
ask        | first_name_spelling | Perrot / Maëlle-Anne                  | Perrot / Maelle-Anna
ask        | first_name_spelling | Perrot / Bernadette                   | Perrot / Dette
ask        | unusual             | Perrot / Bernadette                   | Perrot / Zézette
ask        | initial             | Perrot / J.-Y.                        | Perrot / Jean-Yves
ask        | initial             | Perrot / JY                           | Perrot / Jean-Yves
ask        | initial             | Perrot / M. L.                        | Perrot / Marie-Laure
ask        | initial             | Perrot / M Laure                      | Perrot / Laure
ask        | first_name_missing  | Perrot /                              | Perrot / Yves
ask        | surname_missing     | / Yves                                | Perrot / Yves
ask        | exchanged_first_names | Henri / Gérard                      | Gérard / Henri
ask        | exchanged           | Perrot / Lise Marie                   | Lise / Perrot
ask        | date_missing        | Perrot / Lise                         | Perrot / Lise / 14/07/52
ask        | date_missing        | Perrot / Lise / 31/02/1952            | Perrot / Lise / 31/02/1952
ask        | year_only           | Diarra / Sira / 1952                  | Diarra / Sira
ask        | year_only           | Diarra / Sira / 00/00/1952            | Diarra / Sira / 1952-01-01
ask        | year_only           | Diarra / Sira / 1952-01-01            | Diarra / Sira / 1952-11-30
ask        | day_and_month       | Diarra / Sira / 1952-02-03            | Diarra / Sira / 02/03/1952 00:00
ask        | one_digit           | Diarra / Sira / 1952-02-03            | Diarra / Sira / 1962-02-03
ask        | spelling            | Diarra / Sira / 1952-02-03            | Diara / Sira / 1962-02-03
different  | other_first         | Perrot / Loïc                         | Perrot / Yann
different  | other_first         | Perrot / Gabriel                      | Perrot / Gabrielle
different  | other_first         | Perrot / Frédéric                     | Perrot / Frédérique
different  | other_first         | Perrot / René                         | Perrot / Renée
different  | other_first         | Perrot / Jean-Marc                    | Perrot / Jean-Luc
different  | other_first         | Diallo / Aïssatou                     | Diallo / Fatoumata
different  | other_first         | Perrot / Emma Marie                   | Perrot / Lucie Marie
different  | other_first         | Perrot / Jean Marie                   | Perrot / Jeanne Marie
different  | other_surname       | Le Gall / Yann                        | Le Goff / Yann
different  | other_surname       | Saint-Martin / Rose                   | Saint-Pierre / Rose
different  | other_surname       | da Silva / Rui                        | da Costa / Rui
different  | other_surname       | Ben Salah / Amel                      | Ben Youssef / Amel
different  | other_surname       | Nguyen / Van Minh                     | Tran / Van Minh
different  | other_surname       | Perrot [Le Bris] / Lise               | Morvan [Prigent] / Lise
different  | other_date          | Diarra / Sira / 1952-02-03            | Diarra / Sira / 1953-02-04
different  | other_date          | Diarra / Sira / 1952                  | Diarra / Sira / 1953-02-04
different  | other_date          | Diarra / Sira / 1952-03-00            | Diarra / Sira / 1952-02-04
"""

PAIRS = [
    (expected.strip(), rule.strip(), _one(one), _one(other))
    for expected, rule, one, other in (line.split("|") for line in _TABLE.strip().splitlines())
]
