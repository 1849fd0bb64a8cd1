"""The messages of duban.v1, generated from the .proto files.

``from duban import v1; v1.Change(...)``: all of them are here; the modules
they come from (``duban.v1.ledger_pb2``, …) work as well.
"""

from .activity_pb2 import *  # noqa: F403
from .assessment_pb2 import *  # noqa: F403
from .common_pb2 import *  # noqa: F403
from .error_pb2 import *  # noqa: F403
from .ledger_pb2 import *  # noqa: F403
from .matter_pb2 import *  # noqa: F403
from .options_pb2 import *  # noqa: F403
from .organization_pb2 import *  # noqa: F403
from .pack_pb2 import *  # noqa: F403
from .query_pb2 import *  # noqa: F403
from .schedule_pb2 import *  # noqa: F403
from .supervision_pb2 import *  # noqa: F403
