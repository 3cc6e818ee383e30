"""
The letters: one template per legal act, text first, PDF and e-mail on demand.

    prepare                             compile the templates when the process starts
    draft, drafts, authority_letter     a plan's steps -> Documents with placeholders
    fill                                a Document and who the person is -> the text that is sent
    to_pdf, to_eml                      the same text in another form
"""

from __future__ import annotations

from casework.documents.document import Document, Slot, document_from_dict, document_to_dict
from casework.documents.drafting import authority_letter, draft, drafts, prepare
from casework.documents.eml import to_eml
from casework.documents.filling import IdentityDetails, fill
from casework.documents.pdf import to_pdf, unshowable

__all__ = [
    "Document",
    "IdentityDetails",
    "Slot",
    "authority_letter",
    "document_from_dict",
    "document_to_dict",
    "draft",
    "drafts",
    "fill",
    "prepare",
    "to_eml",
    "to_pdf",
    "unshowable",
]
