"""The ids of the districts that tests invent."""

from typing import Final

from remind_etl.schema.district_id import DistrictId

OAK: Final = DistrictId("oak")
FIR: Final = DistrictId("fir")
ELM: Final = DistrictId("elm")
NORTH: Final = DistrictId("north")
SOUTH: Final = DistrictId("south")
SPRINGFIELD: Final = DistrictId("springfield")
