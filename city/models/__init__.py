from city.models.address import AddressRange, Intersection
from city.models.agency import Agency
from city.models.canned_text import CannedText
from city.models.category import Category, CategoryGroup
from city.models.city import City, Holiday
from city.models.danger_kind import DangerKind
from city.models.department import Department
from city.models.place import Place, Street, Zone
from city.models.question import Choice, Question
from city.models.reason import (
    DeclineReason,
    HandBackReason,
    HoldReason,
    NoPhotoReason,
    ResolutionCode,
    RouteReason,
)
from city.models.translation import Translation
from city.models.uploaded_sheet import UploadedSheet
