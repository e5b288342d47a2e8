"""Who organises a service how in municipalities that do not exist."""

from typing import get_args

from kuntamittari.catalog.organisation_models import EVERY_SERVICE, Model
from kuntamittari.uploads import organisation, tabular
from kuntamittari.uploads.organisation import Tag
from kuntamittari.uploads.workspace import Workspace
from tests.support.uploads.made_up_survey import CODES, REGISTER

MODELS = get_args(Model)
A, B, C = CODES[:3]
# ten produce the library themselves, four by a joint authority, two of these by both; one more from 2019 on
TAGS = tuple(
    [Tag(code, "library", 2018, "own_production") for code in CODES[:10]]
    + [Tag(code, "library", 2015, "joint_authority") for code in CODES[10:12]]
    + [Tag(code, EVERY_SERVICE, 2017, "joint_authority") for code in CODES[12:14]]
    + [Tag(code, "library", 2017, "service_voucher") for code in CODES[10:12]]
    + [Tag(CODES[14], "library", 2019, "own_production"), Tag(CODES[15], "basic_education", 2017, "net_unit")]
)
LIES = Workspace(tags=TAGS)


def read(*lines: str) -> organisation.Reading:
    return organisation.read(tabular.read("\n".join(lines).encode()), REGISTER)
