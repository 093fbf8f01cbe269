public import KuayuModel
public import KuayuReconcile

/// How a simulated hub behaves.
public struct HubSettings: Sendable {
    /// Its region.
    public var region: RegionCode
    /// Where it listens; port 0 takes any free one.
    public var address = "127.0.0.1"
    /// Port of its own interface over mutual TLS.
    public var port = 0
    /// Port of its control interface, plain HTTP on loopback.
    public var controlPort = 0
    /// The gateway: `https://host:port`.
    public var gateway: String
    /// Its certificate, key and the federation's authority, PEM paths.
    public var certificate: String
    /// Path of its key.
    public var key: String
    /// Path of the authority.
    public var authority: String
    /// The gateway's public key for receipts, PEM.
    public var receiptKeyPEM: String
    /// Its folder, for regions that exchange files.
    public var folder: String?
    /// Shared secret of signed headers, for Zhejiang.
    public var secret: [UInt8] = []
    /// Seed of everything it draws.
    public var seed: UInt64 = 1
    /// New cases per second; 0 makes none.
    public var rate: Double = 2
    /// New cases in all.
    public var caseLimit = 20
    /// Items that may be sent to each other region.
    public var items: [RegionCode: [ServiceItem]]
    /// Whether it handles what it receives.
    public var handles = true
    /// Whether it says in the extension block what its format lacks.
    public var usesExtension = true
    /// Pause between two steps of a case, milliseconds.
    public var stepMilliseconds: Int64 = 600
    /// Most messages under way to the gateway at once.
    public var concurrency = 4
    /// Profiles that it says it speaks in reconciliation, the one it likes best first; nil for its region's own.
    public var profiles: [ReconcileProfile]?
    /// Pause between two files of its ledger, for regions that exchange files, milliseconds.
    ///
    /// Default a day.
    public var feedMilliseconds: Int64 = 86_400_000
    /// Where its ledger lies in PostgreSQL, as libpq spells it; nil keeps it in memory.
    public var ledgerDatabase: String?

    /// A hub of a region towards a gateway.
    public init(
        region: RegionCode, gateway: String, certificate: String, key: String, authority: String,
        receiptKeyPEM: String, items: [RegionCode: [ServiceItem]]
    ) {
        self.region = region
        self.gateway = gateway
        self.certificate = certificate
        self.key = key
        self.authority = authority
        self.receiptKeyPEM = receiptKeyPEM
        self.items = items
    }
}

/// How a hub can be told to misbehave.
public enum Misbehaviour: String, CaseIterable, Sendable {
    /// Behaves.
    case none
    /// Accepts no connections; a file region looks at no files.
    case down
    /// Answers after two seconds.
    case slow
    /// Answers 503 with `Retry-After: 1`.
    case unavailable
    /// Answers 200 with something that is no envelope.
    case garbage
    /// Claims one case more than it sends.
    case count
    /// Sends every message twice under the same id.
    case duplicate
    /// Applies what it gets and then lets the connection time out.
    case late
}
