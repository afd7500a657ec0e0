from requests_app.models.alert import Alert, AlertLink
from requests_app.models.answer import Answer
from requests_app.models.api_key import ApiKey
from requests_app.models.comment import Comment
from requests_app.models.completion import Completion, CrewAction, Handover
from requests_app.models.contact import AccessLink, Contact, DataLink
from requests_app.models.content_report import ContentReport
from requests_app.models.device import Device, ReporterSession
from requests_app.models.draft import Draft
from requests_app.models.event import Event, PendingEvent, UndoPoint
from requests_app.models.feedback import Feedback
from requests_app.models.follower import Follower, FollowerAddress, FollowerLink
from requests_app.models.idempotency import IdempotencyRecord
from requests_app.models.older_record import OlderRecord, former_number
from requests_app.models.pace import Pace
from requests_app.models.photo import Photo, PhotoCopy, PhotoFileChange, SpooledOriginal
from requests_app.models.rollup import (
    CategoryCount,
    CategoryTotal,
    CellCount,
    CellTotal,
    RollupChange,
)
from requests_app.models.service_request import Channel, Priority, ServiceRequest
