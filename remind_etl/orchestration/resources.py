"""The resources: each makes, from its settings, a plain object that works without Dagster."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import dagster as dg

from remind_etl import settings
from remind_etl.configuration.environment import PREFIX
from remind_etl.decided.store import DecisionStore
from remind_etl.delivered.platform import PlatformStore
from remind_etl.delivered.state_copy import StateCopies
from remind_etl.dropped.assets import newest_upload
from remind_etl.dropped.client import Address
from remind_etl.dropped.places import DropSources, read_places
from remind_etl.errors import OperatorError
from remind_etl.files.sent import USUAL, SizeLimits
from remind_etl.files.storage import open_storage
from remind_etl.files.temporary import sweep_temporary
from remind_etl.landed.copy import LandingStore
from remind_etl.messages.messenger import Messenger
from remind_etl.operations.drop_places import collector_address
from remind_etl.operations.in_force import drop_in_force
from remind_etl.operations.messages import MessageService
from remind_etl.orchestration.basis import code_version, find_basis, newest_delivery
from remind_etl.orchestration.signals import watching_signals
from remind_etl.orchestration.step import RunWarehouse
from remind_etl.orchestration.stores import FindBasis, FindDropInForce, FindNewestDelivery, FindUpload
from remind_etl.published.parcels import Parcels
from remind_etl.published.store import Published
from remind_etl.raw import as_sent
from remind_etl.schema.district_id import MAIN_SOURCE, DistrictId
from remind_etl.schema.limits import FileLimits
from remind_etl.warehouse.connection import Warehouse


class WarehouseFactory(dg.ConfigurableResource[RunWarehouse]):
    """Each district's DuckDB file."""

    root: str
    memory: str
    threads: int
    decisions_url: str
    is_kept: bool

    def create_resource(self, context: dg.InitResourceContext) -> RunWarehouse:
        """Make the object."""
        files = Warehouse(Path(self.root), self.memory, self.threads)
        decisions = DecisionStore(self.decisions_url)

        def limits_of(district: DistrictId) -> FileLimits:
            return decisions.district(district).file_limits

        return RunWarehouse(files, limits_of, code_version(), self.is_kept)

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator[RunWarehouse]:
        """Make the object, let a signal end its statements, and close the file at the end of the run.

        What killed processes left of temporary files is deleted before.
        """
        sweep_temporary()
        warehouse = self.create_resource(context)
        try:
            with watching_signals(repeats=False):
                yield warehouse
        finally:
            warehouse.end()


class DropServerFactory(dg.ConfigurableResource[DropSources]):
    """The places that districts upload to: the one of the settings, and those of a file."""

    host: str
    port: int
    user: str
    key_file: str
    password: str
    known_hosts: str
    root: str
    sources: str
    decisions_url: str
    file_bytes: int
    drop_bytes: int

    def create_resource(self, context: dg.InitResourceContext) -> DropSources:
        """Make the object, which gives a connection to be used as a context manager."""
        main = Address(
            host=self.host,
            port=self.port,
            user=self.user,
            known_hosts=Path(self.known_hosts),
            key_file=None if self.password else Path(self.key_file),
            password=self.password or None,
            root=self.root,
        )
        others = read_places(Path(self.sources)) if self.sources else {}
        return DropSources({MAIN_SOURCE: main, **others}, self._elsewhere, SizeLimits(self.file_bytes, self.drop_bytes))

    def _elsewhere(self) -> dict[DistrictId, str]:
        return DecisionStore(self.decisions_url).sources()


def _upload_finder(context: dg.InitResourceContext) -> FindUpload:
    """Make the function that finds the upload that a run may take."""
    instance = context.instance
    if instance is None:
        raise OperatorError("Dagster gave no instance to a resource.")
    return partial(newest_upload, context.resources.drop_server, instance)


class LandingFactory(dg.ConfigurableResource[LandingStore]):
    """Landed drops, in the storage of which this machine keeps copies."""

    storage: str
    copies: str
    file_bytes: int
    drop_bytes: int

    def create_resource(self, context: dg.InitResourceContext) -> LandingStore:
        """Make the object."""
        return _landing(self.storage, self.copies, SizeLimits(self.file_bytes, self.drop_bytes))


class DecisionsFactory(dg.ConfigurableResource[DecisionStore]):
    """What people decided."""

    url: str

    def create_resource(self, context: dg.InitResourceContext) -> DecisionStore:
        """Make the object, which opens the database at its first use."""
        return DecisionStore(self.url)


class PlatformFactory(dg.ConfigurableResource[PlatformStore]):
    """The platform's database, and the copies of what it holds of large districts."""

    url: str
    storage: str
    copies: str

    def create_resource(self, context: dg.InitResourceContext) -> PlatformStore:
        """Make the object, which opens the database at its first use."""
        storage = open_storage(self.storage, Path(self.copies)).below("state")
        return PlatformStore(self.url, StateCopies(storage))


class PublicationsFactory(dg.ConfigurableResource[Published]):
    """What is published of each district, with a copy of its report beside its upload folder."""

    storage: str
    copies: str
    drops: str
    decisions_url: str
    time_zone: str

    def create_resource(self, context: dg.InitResourceContext) -> Published:
        """Make the object."""
        storage = open_storage(self.storage, Path(self.copies)).below("published")
        return Published(storage, Parcels(Path(self.drops)), DecisionStore(self.decisions_url), self.time_zone)


class DropInForceFactory(dg.ConfigurableResource[FindDropInForce]):
    """Finds which landed drop of a district is in force."""

    storage: str
    copies: str
    platform_url: str

    def create_resource(self, context: dg.InitResourceContext) -> FindDropInForce:
        """Make the function."""
        return partial(drop_in_force, _landing(self.storage, self.copies), PlatformStore(self.platform_url))


class BasisFactory(dg.ConfigurableResource[FindBasis]):
    """Finds what a run of a district rests on."""

    decisions_url: str

    def create_resource(self, context: dg.InitResourceContext) -> FindBasis:
        """Make the function."""
        return partial(find_basis, DecisionStore(self.decisions_url))


class NewestDeliveryFactory(dg.ConfigurableResource[FindNewestDelivery]):
    """Finds the newest delivery of a district."""

    platform_url: str

    def create_resource(self, context: dg.InitResourceContext) -> FindNewestDelivery:
        """Make the function."""
        return partial(newest_delivery, PlatformStore(self.platform_url))


class MessagesFactory(dg.ConfigurableResource[MessageService]):
    """Messages to operators and districts."""

    decisions_url: str
    webhook_url: str
    smtp_url: str
    mail_from: str
    operators: list[str]
    time_zone: str
    origin: str

    def create_resource(self, context: dg.InitResourceContext) -> MessageService:
        """Make the object."""
        ways = Messenger(self.webhook_url, self.smtp_url, self.mail_from, self.operators)
        return MessageService(DecisionStore(self.decisions_url), ways, self.time_zone, self.origin)


def resources() -> dict[str, Any]:
    """The resources as the settings say."""
    home = settings.home()
    platform_url = _secret("REMIND_ETL_PLATFORM_URL", home.platform_url)
    decisions_url = _secret("REMIND_ETL_DECISIONS_URL", home.decisions_url)
    sizes = settings.size_limits()
    storage = {"storage": settings.read().storage or str(home.root), "copies": str(home.copies)}
    server = collector_address()
    return {
        "warehouse": WarehouseFactory(
            root=str(home.warehouse),
            memory=settings.read().memory,
            threads=settings.read().threads,
            decisions_url=decisions_url,
            is_kept=settings.read().scratch == "keep",
        ),
        "drop_server": DropServerFactory(
            host=server.host,
            port=server.port,
            user=server.user,
            key_file=str(server.key_file or ""),
            password=_secret("REMIND_ETL_SFTP_PASSWORD", ""),
            known_hosts=str(server.known_hosts),
            root=server.root,
            sources=str(Path(settings.read().sources).resolve()) if settings.read().sources else "",
            decisions_url=decisions_url,
            file_bytes=sizes.file_bytes,
            drop_bytes=sizes.drop_bytes,
        ),
        "find_upload": dg.ResourceDefinition(
            _upload_finder,
            description="Finds the upload that a run may take by itself.",
            required_resource_keys={"drop_server"},
        ),
        "landing": LandingFactory(file_bytes=sizes.file_bytes, drop_bytes=sizes.drop_bytes, **storage),
        "decisions": DecisionsFactory(url=decisions_url),
        "platform": PlatformFactory(url=platform_url, **storage),
        "publications": PublicationsFactory(
            **storage, drops=str(home.drops), decisions_url=decisions_url, time_zone=settings.read().time_zone
        ),
        "drop_in_force": DropInForceFactory(**storage, platform_url=platform_url),
        "find_basis": BasisFactory(decisions_url=decisions_url),
        "message_service": MessagesFactory(
            decisions_url=decisions_url,
            webhook_url=_secret("REMIND_ETL_WEBHOOK_URL", ""),
            smtp_url=_secret("REMIND_ETL_SMTP_URL", ""),
            mail_from=settings.read().mail_from,
            operators=[*settings.operators()],
            time_zone=settings.read().time_zone,
            origin=settings.read().web_origin,
        ),
        "newest_delivery": NewestDeliveryFactory(platform_url=platform_url),
        "read_records": dg.ResourceDefinition.hardcoded_resource(
            as_sent.read_as_sent, "Reads the records of a landed file as they were sent."
        ),
    }


def without_fields(made: Mapping[str, Any]) -> dict[str, Any]:
    """The resources without fields in launchpads: the settings decide about them, not the person who starts a run."""
    return {
        name: _fixed(factory) if isinstance(factory, dg.ConfigurableResource) else factory
        for name, factory in made.items()
    }


def _fixed(factory: dg.ConfigurableResource[Any]) -> dg.ResourceDefinition:
    """The resource with the values that it has. A secret is still read when a run starts."""
    values = {name: {"env": v.env_var_name} if isinstance(v, dg.EnvVar) else v for name, v in factory}
    fixed: dg.ResourceDefinition = factory.get_resource_definition().configured(lambda _: values, config_schema={})
    return fixed


def _landing(storage: str, copies: str, sizes: SizeLimits = USUAL) -> LandingStore:
    return LandingStore(open_storage(storage, Path(copies)).below("landed"), sizes)


def _secret(name: str, default: str) -> str:
    """A reference that Dagster resolves at run time and does not show, or the default where nothing is set."""
    value = getattr(settings.read(), name.removeprefix(PREFIX).lower())
    return dg.EnvVar(name) if value.get_secret_value() else default
