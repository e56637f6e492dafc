# SPDX-License-Identifier: AGPL-3.0-or-later
"""A page in another language than the town's is dressed like the others."""

import re


def test_every_file_of_an_english_page_is_found(client):
    page = client.get("/en/").get_data(as_text=True)
    assert '<html lang="en">' in page
    files = re.findall(r'(?:<link rel="(?:stylesheet|icon)" href|<script type="module" src)="([^"]+)"', page)
    assert len(files) >= 5
    assert {file: client.get(file).status_code for file in files} == dict.fromkeys(files, 200)
