public import KuayuModel

/// What `region.yaml` says of a region's hub.
public struct HubProfile: Sendable {
    /// How payloads travel.
    public enum Transport: String, Sendable, CaseIterable {
        /// Both sides push over HTTPS.
        case https
        /// The gateway pulls and pushes.
        case pullAndPush = "pull+push"
        /// Files over SFTP, or in a directory of the same machine.
        case files
    }

    /// What a receiver can do about an unknown outcome.
    public enum Capability: String, Sendable, CaseIterable {
        /// Sending again under the same id is safe.
        case dedupesByID = "dedupes-by-id"
        /// It can be asked.
        case statusQueryable = "status-queryable"
        /// Neither: an unknown outcome needs an operator.
        case neither
    }

    /// Paths and folders by role.
    ///
    /// All optional: a role that is missing is not offered.
    public struct Endpoints: Sendable {
        /// Path to which payloads are pushed.
        public var push: String?
        /// Path that lists cases of a window; `{from}` and `{to}` are filled.
        public var list: String?
        /// Path of one case; `{id}` is filled.
        public var get: String?
        /// Path to which registration data is posted.
        public var receipts: String?
        /// Path of the reconciliation query; `{id}` is filled.
        public var status: String?
        /// Folder in which the hub reads.
        public var inFolder: String?
        /// Folder in which the hub writes.
        public var outFolder: String?
    }

    /// Where an SFTP hub listens.
    public struct SFTP: Sendable {
        /// Host name.
        public var host: String
        /// Port, default 22.
        public var port: Int
        /// Account.
        public var user: String
        /// The pinned host key, as `ssh-keyscan` prints it.
        public var hostKey: String
    }

    /// Header signature of the hub.
    public struct HeaderSignature: Sendable {
        /// Name of the scheme; `zj-signature` is the one there is.
        public var scheme: String
        /// Sender id.
        public var rid: String
        /// Service id.
        public var sid: String
        /// Name under which the secret is kept; never the secret.
        public var secretRef: String
    }

    /// When deliveries are tried again.
    public struct Retry: Sendable {
        /// Shortest delay, default 2 s.
        public var base: Duration
        /// Longest delay, default 15 min.
        public var cap: Duration
        /// When it gives up, default 72 h.
        public var deadline: Duration
    }

    /// How much at once is exchanged with the hub.
    public struct Limits: Sendable {
        /// Bytes of a payload, default 5 MiB.
        public var bytes: Int
        /// Payloads that it may hand in within a second, default 50.
        public var perSecond: Int
        /// Payloads that are sent to it at the same time, default 4.
        public var concurrency: Int
    }

    /// How often a hub is pulled.
    public struct Pull: Sendable {
        /// Time between pulls, default 30 s.
        public var interval: Duration
        /// How far a window reaches back into the one before, default 2 min.
        public var overlap: Duration
    }

    /// How its ledger is compared with the gateway's.
    public struct Reconciliation: Hashable, Sendable {
        /// How a hub answers reconciliation.
        public enum Profile: String, Sendable, CaseIterable {
            /// Sums by SQL behind HTTP.
            case sql = "S"
            /// A file with a manifest.
            case file = "F"
            /// negentropy v1.
            case negentropy = "N"
        }

        /// How the hub answers.
        public var profile: Profile
        /// How long a change may take to arrive before a difference counts, default 15 min.
        public var grace: Duration
    }

    /// The region.
    public var region: RegionCode
    /// Its name, for people.
    public var name: String
    /// The SAN URI of its certificate.
    public var san: String
    /// SHA-256 of its public keys, hexadecimal; empty = not pinned.
    public var pins: [String]
    /// How payloads travel.
    public var transport: Transport
    /// Paths and folders.
    public var endpoints: Endpoints
    /// SFTP; `nil` = a directory of the same machine.
    public var sftp: SFTP?
    /// `Content-Type` of payloads.
    public var contentType: String
    /// Header signature, if the hub wants one.
    public var signature: HeaderSignature?
    /// Whether the hub takes the extension block; default false.
    public var takesExtension: Bool
    /// What it can do about an unknown outcome; default neither.
    public var capability: Capability
    /// Cases in one payload outward, 1 to 32; default 1.
    public var batch: Int
    /// When deliveries are tried again.
    public var retry: Retry
    /// How much at once is exchanged with it.
    public var limits: Limits
    /// Time of day at which its day ends, minutes after midnight; default 0.
    public var cutOffMinutes: Int
    /// How often it is pulled; `nil` = it is not.
    public var pull: Pull?
    /// Whether reconciliation compares content digests; default true.
    public var comparesContent: Bool
    /// How its ledger is compared; `nil` = it is not.
    public var reconciliation: Reconciliation?
    /// Highest data level that it may get; default L4.
    public var maxLevel: DataLevel
    /// How replies are written and read.
    public var reply: ReplyRule
}
