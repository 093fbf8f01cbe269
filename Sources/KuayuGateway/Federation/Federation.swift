public import KuayuAdapters
public import KuayuEngine
public import KuayuModel
public import KuayuReconcile

/// Everything the gateway knows of its hubs: immutable; a reload makes a new one.
public struct Federation: Sendable {
    /// The hubs by region.
    public let hubs: [RegionCode: FederatedHub]
    /// Who may send what to whom.
    public let routing: Routing

    /// A federation of these hubs under these agreements.
    public init(hubs: [FederatedHub], agreements: [Agreement]) {
        self.hubs = Dictionary(uniqueKeysWithValues: hubs.map { ($0.region, $0) })
        routing = Routing(agreements: agreements, hubs: Set(hubs.map(\.region)))
    }

    /// The highest data level of a case that a hub may have: what its registration allows, and for a case that began
    /// elsewhere what the agreements under which it is sent allow.
    func releaseLevel(of record: CaseRecord, to hub: FederatedHub) -> DataLevel {
        min(hub.maxLevel, routing.agreedLevel(of: record, to: hub.region) ?? .l4)
    }

    /// Why a case of a sender goes where it goes, or is refused, and what of it is withheld from whom.
    ///
    /// - Parameter modeSource: where the case's mode came from, where that is known.
    public func explain(
        _ record: CaseRecord, from sender: RegionCode, on day: CalendarDate,
        modeSource: RouteExplanation.ModeSource? = nil
    ) -> RouteExplanation {
        routing.explain(
            record, from: sender, on: day, modeSource: modeSource, hubLevels: hubs.mapValues(\.maxLevel))
    }

    /// What a hub's own format cannot say of a case as it would be released to it: a delivery would be rejected for it.
    ///
    /// What the gateway gives a case when it registers it need not be there.
    public func unwritable(_ record: CaseRecord, to region: RegionCode, now: Instant) -> [Issue] {
        guard let hub = hubs[region] else { return [] }
        var record = record
        let day = LocalDateTime(now).date
        if record[.caseID] == nil { record[.caseID] = CaseID.make(date: day, gateway: 0, sequence: 0)?.text }
        if record[.version] == nil { record[.version] = "1" }
        if record[.registeredAt] == nil { record[.registeredAt] = now.canonical }
        if record[.status] == nil { record[.status] = CaseState.submitted.rawValue }
        let item = CaseToWrite(
            record: Release.record(record, to: hub, in: self).record, original: nil,
            allowsExtension: hub.allowsExtension, operation: .new)
        let envelope = EnvelopeValues(batch: "0", now: now, key: "", from: now, to: now)
        return hub.adapter.write([item], envelope: envelope).refusals.flatMap { $0 }
    }

    /// The regions that are hubs.
    public var regions: Set<RegionCode> { Set(hubs.keys) }

    /// The hub whose certificate bears this URI.
    public func hub(uriSAN: String) -> FederatedHub? { hubs.values.first { $0.profile.san == uriSAN } }
}

/// One hub as the gateway deals with it.
public struct FederatedHub: Sendable {
    /// Its region.
    public let region: RegionCode
    /// Its adapter.
    public let adapter: Adapter
    /// How it is reached.
    public let link: HubLink
    /// How deliveries to it are paced.
    public let route: RoutePolicy
    /// Whether it takes the extension block.
    public let allowsExtension: Bool
    /// Whether it can tell the content digest of a case.
    public let hasContentDigest: Bool
    /// The highest data level it may have.
    public let maxLevel: DataLevel
    /// How its ledger is compared with ours; nil: it is not.
    public let reconciliation: ReconciliationPlan?

    /// What its region.yaml says.
    public var profile: HubProfile { adapter.profile }

    /// A hub.
    public init(
        region: RegionCode, adapter: Adapter, link: HubLink, route: RoutePolicy, allowsExtension: Bool,
        hasContentDigest: Bool, maxLevel: DataLevel, reconciliation: ReconciliationPlan? = nil
    ) {
        self.region = region
        self.adapter = adapter
        self.link = link
        self.route = route
        self.allowsExtension = allowsExtension
        self.hasContentDigest = hasContentDigest
        self.maxLevel = maxLevel
        self.reconciliation = reconciliation
    }
}

/// How a hub's ledger is compared with the gateway's.
public struct ReconciliationPlan: Hashable, Sendable {
    /// How the hub answers.
    public var profile: ReconcileProfile
    /// How long a change may take to arrive before a difference counts.
    public var grace: Duration
    /// When the hub's day ends, minutes after midnight at +08:00.
    public var cutOffMinutes: Int

    /// A plan.
    public init(profile: ReconcileProfile, grace: Duration = .seconds(900), cutOffMinutes: Int = 0) {
        self.profile = profile
        self.grace = grace
        self.cutOffMinutes = cutOffMinutes
    }
}

/// The way to a hub.
public enum HubLink: Sendable {
    /// Pushed to over HTTPS; pulled from as well when `pull` is set.
    case https(HTTPSLink)
    /// Files in `out/` and `in/` of a place.
    case files(FileLink)
}

/// A hub that serves HTTPS.
public struct HTTPSLink: Sendable {
    /// `https://host:port` without a trailing slash.
    public var base: String
    /// Our identity and the one expected.
    public var tls: PartnerTLS
    /// Where cases are pushed, a path.
    public var pushPath: String
    /// Where one case can be asked for, with `{id}`; nil where the hub does not serve it.
    public var statusPath: String?
    /// How cases are pulled; nil for hubs that push.
    public var pull: PullPlan?
    /// Shared secret of signed headers; nil where the region has none.
    public var signature: HeaderSignature?
    /// Limits of one exchange.
    public var limits: PartnerLimits

    /// A way.
    public init(
        base: String, tls: PartnerTLS, pushPath: String, statusPath: String? = nil, pull: PullPlan? = nil,
        signature: HeaderSignature? = nil, limits: PartnerLimits = PartnerLimits()
    ) {
        self.base = base
        self.tls = tls
        self.pushPath = pushPath
        self.statusPath = statusPath
        self.pull = pull
        self.signature = signature
        self.limits = limits
    }
}

/// How a hub is pulled from.
public struct PullPlan: Hashable, Sendable {
    /// Path of the window, with `{from}` and `{to}`.
    public var listPath: String
    /// Where registration data is posted after the commit.
    public var receiptsPath: String
    /// Pause between pulls.
    public var interval: Duration
    /// How far a window reaches back before the end of the last.
    public var overlap: Duration

    /// A plan.
    public init(listPath: String, receiptsPath: String, interval: Duration, overlap: Duration) {
        self.listPath = listPath
        self.receiptsPath = receiptsPath
        self.interval = interval
        self.overlap = overlap
    }
}

/// The four signed headers of the Zhejiang format.
public struct HeaderSignature: Hashable, Sendable {
    /// Sender id we use.
    public var rid: String
    /// Service id.
    public var sid: String
    /// Shared secret; never printed.
    public var secret: [UInt8]
    /// Largest difference of clocks that is accepted.
    public var tolerance: Duration

    /// A signature scheme.
    public init(rid: String, sid: String, secret: [UInt8], tolerance: Duration = .seconds(300)) {
        self.rid = rid
        self.sid = sid
        self.secret = secret
        self.tolerance = tolerance
    }
}

/// A hub that exchanges files.
public struct FileLink: Hashable, Sendable {
    /// Where the folders are.
    public var place: PartnerPlace
    /// The folder we read.
    public var outFolder: String
    /// The folder we write.
    public var inFolder: String
    /// Pause between looks.
    public var interval: Duration
    /// How long a file of ours may wait for its acknowledgement, and one of the region for its `.ok`.
    ///
    /// Default 15 min.
    public var acknowledgementTimeout: Duration

    /// A way.
    public init(
        place: PartnerPlace, outFolder: String = "out", inFolder: String = "in", interval: Duration,
        acknowledgementTimeout: Duration = .seconds(900)
    ) {
        self.place = place
        self.outFolder = outFolder
        self.inFolder = inFolder
        self.interval = interval
        self.acknowledgementTimeout = acknowledgementTimeout
    }
}
