"""What can go wrong, by who must act. Texts carry ids, counts and line numbers, never a person's data."""


class RemindEtlError(Exception):
    """Any error that says who must act; its text is meant to be read."""


class TransientError(RemindEtlError):
    """Nobody acts: the same step succeeds when it is tried again."""


class DistrictError(RemindEtlError):
    """A person of the district acts; the text is written for them."""


class OperatorError(RemindEtlError):
    """We act: a setting, a key, a disk, or a defect of ours."""


class UsageError(RemindEtlError):
    """The command or its input was wrong; the text says what would be right."""


class DropBlocked(DistrictError):
    """A drop that was chosen cannot be processed."""


class DropUnstable(RemindEtlError):
    """A file changed while it was read, or since it was listed; a new run is asked for once the files rest."""


class NothingLanded(DistrictError):
    """The district has no landed drop to process."""


class ConnectionTrouble(TransientError):
    """The SFTP server could not be reached, or the connection was lost."""


class HostKeyChanged(OperatorError):
    """The SFTP server's key is not the pinned one; nobody may go on before it is explained."""


class LoginRefused(OperatorError):
    """The SFTP server refused our login; trying again could lock us out."""


class WarehouseBusy(TransientError):
    """Another process has the district's warehouse open."""


class PlanStale(TransientError):
    """Something that the plan was made on was delivered since: of the district, or a contact point of a new account."""


class UnknownDistrict(UsageError):
    """No district has this id."""
