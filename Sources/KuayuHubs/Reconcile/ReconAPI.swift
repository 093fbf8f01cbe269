import KuayuFeeds
public import KuayuGateway
public import KuayuHTTP
public import KuayuModel
public import KuayuReconcile
import Synchronization

/// The interface that a hub offers for reconciliation, over any ledger: totals, sums, rows, negentropy, feeds.
public final class ReconAPI: Sendable {
    /// What a hub keeps and says.
    public struct Settings: Sendable {
        /// Region of the hub, as feeds name it.
        public var hub: RegionCode
        /// Profiles that it says it speaks, the one it likes best first.
        public var profiles: [ReconcileProfile]
        /// Most views kept at once.
        ///
        /// Default 8; the oldest goes first.
        public var snapshotCount = 8
        /// How long a view is kept after it was asked last.
        ///
        /// Default 10 minutes.
        public var snapshotMilliseconds: Int64 = 600_000
        /// Whether feeds are compressed.
        public var compressesFeeds = false

        /// Settings of a hub.
        public init(hub: RegionCode, profiles: [ReconcileProfile]? = nil) {
            self.hub = hub
            self.profiles = profiles ?? Self.profiles(of: hub)
        }

        /// What a region's hub likes best, and then the others.
        private static func profiles(of hub: RegionCode) -> [ReconcileProfile] {
            let best: ReconcileProfile =
                switch hub {
                case .jiangsu: .negentropy
                case .shanghai, .anhui: .file
                default: .sql
                }
            return [best] + [.sql, .negentropy, .file].filter { $0 != best }
        }
    }

    let settings: Settings
    let source: any HubLedgerSource
    let clock: any GatewayClock
    let lie = Mutex(LedgerLie.none)
    let feeds: FeedShelf
    let items = NegentropyShelf()
    private let shelf: SnapshotShelf

    /// The interface of a hub over a ledger.
    public init(settings: Settings, source: any HubLedgerSource, clock: any GatewayClock) {
        self.settings = settings
        self.source = source
        self.clock = clock
        feeds = FeedShelf(hub: settings.hub, packer: settings.compressesFeeds ? Self.packer : nil)
        // A token of before a restart names nothing.
        shelf = SnapshotShelf(
            limit: settings.snapshotCount, keepMilliseconds: settings.snapshotMilliseconds,
            prefix: "s\(clock.now.epochMilliseconds)")
    }

    /// Lets the interface lie from now on about views that are taken from now on.
    public func tell(_ lie: LedgerLie) { self.lie.withLock { $0 = lie } }

    /// Adds the interface's routes to a table.
    public func add(to table: inout RouteTable) {
        table.on("GET", "/recon/v1/meta") { _, _ in await self.answer { () throws(FeedError) in try await self.meta() }
        }
        table.on("POST", "/recon/v1/fingerprints") { request, _ in
            await self.answer { () throws(FeedError) in try await self.fingerprints(request.body) }
        }
        table.on("POST", "/recon/v1/rows") { request, _ in
            await self.answer { () throws(FeedError) in try await self.rows(request.body) }
        }
        addNegentropy(to: &table)
        addFeeds(to: &table)
    }

    /// Asks the interface without a network; the status and the body of its answer.
    package func ask(_ method: String, _ target: String, _ body: [UInt8] = []) async -> (status: Int, body: [UInt8]) {
        var table = RouteTable()
        add(to: &table)
        guard let head = RequestHead(method: method, target: target) else { return (400, []) }
        if let refusal = table.admit(head) { return (refusal.status, refusal.body) }
        let answer = await table.respond(to: InboundRequest(head: head, body: body))
        return (answer.status, answer.body)
    }

    // MARK: answers

    private func meta() async throws(FeedError) -> OutboundResponse {
        let (token, view) = try await fresh()
        let meta = HubMeta(
            snapshot: token, watermark: view.claims.watermark, profiles: settings.profiles,
            out: try await view.totals(.out), in: try await view.totals(.in))
        return .json(meta.encoded())
    }

    private func fingerprints(_ body: [UInt8]) async throws(FeedError) -> OutboundResponse {
        let query = try FingerprintQuery(decoding: body)
        guard let (token, view) = try await view(query.snapshot) else { return Self.gone }
        return .json(FingerprintAnswer(snapshot: token, buckets: try await view.answers.buckets(query)).encoded())
    }

    private func rows(_ body: [UInt8]) async throws(FeedError) -> OutboundResponse {
        let query = try RowsQuery(decoding: body)
        guard let (token, view) = try await view(query.snapshot) else { return Self.gone }
        let (rows, after) = try await view.answers.rows(query)
        return .json(RowsAnswer(snapshot: token, rows: view.told(rows), after: after).encoded())
    }

    // MARK: views

    /// A new view of the ledger under a new token.
    func fresh() async throws(FeedError) -> (token: String, view: ToldView) {
        let view = try await ToldView(try await source.view(), lie: lie.withLock { $0 })
        let (token, gone) = shelf.keep(view, now: clock.now)
        for old in gone { await old.close() }
        return (token, view)
    }

    /// The view of a token, or a new one when none is asked for; nil when the token's view is gone.
    func view(_ token: String?) async throws(FeedError) -> (token: String, view: ToldView)? {
        guard let token else { return try await fresh() }
        let (view, gone) = shelf.view(token, now: clock.now)
        for old in gone { await old.close() }
        return view.map { (token, $0) }
    }

    private static let packer: FeedShelf.Packer = { Gzip.deflate($0) }

    // MARK: refusals

    /// The snapshot that was asked for is not kept any more: begin anew with `meta`.
    static let gone = OutboundResponse.problem(
        ProblemDocument(
            kind: "snapshot-gone", title: "Snapshot is gone", status: 409,
            detail: "The snapshot is not kept any more; begin anew.", origin: .peer, isRetryable: true))

    /// What an answer's error is for the one who asked.
    func answer(_ body: () async throws(FeedError) -> OutboundResponse) async -> OutboundResponse {
        do throws(FeedError) {
            return try await body()
        } catch {
            return Self.refusal(error)
        }
    }

    private static func refusal(_ error: FeedError) -> OutboundResponse {
        let (status, title): (Int, String) =
            switch error.kind {
            case .limit: (413, "Too much is asked for")
            case .unavailable: (503, "The ledger cannot be read now")
            case .changed: (409, "Snapshot is gone")
            default: (400, "The question cannot be read")
            }
        if error.kind == .changed { return gone }
        return .problem(
            ProblemDocument(
                kind: "recon-\(error.kind.rawValue)", title: title, status: status, detail: error.detail, origin: .peer,
                isRetryable: status == 503))
    }
}
