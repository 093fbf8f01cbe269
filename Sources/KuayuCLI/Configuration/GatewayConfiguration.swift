import KuayuModel
import KuayuRules

/// What `kuayu.yaml` says, after environment and flags.
struct GatewayConfiguration: Hashable, Sendable {
    /// The gateway's number, 0 to 99: the first two of the seven digits of its case ids.
    ///
    /// Default 0.
    var number = 0
    /// Where hubs connect.
    ///
    /// Default 127.0.0.1:8443.
    var listen = Endpoint(address: "127.0.0.1", port: 8443)
    /// Plain HTTP on loopback for health, metrics and the command line.
    ///
    /// Default 127.0.0.1:8480.
    var admin = Endpoint(address: "127.0.0.1", port: 8480)
    /// The SQLite file.
    ///
    /// Default `var/kuayu.sqlite`.
    var store = "var/kuayu.sqlite"
    /// Folder of the adapters.
    ///
    /// Default `regions`.
    var regions = "regions"
    /// Our certificate, its key and the authority of the federation.
    var tls = Identity(
        certificate: "certs/gateway.pem", key: "certs/gateway.key.pem", authority: "certs/authority.pem")
    /// Serial numbers of certificates that are not accepted although they are valid.
    var deniedCertificates: Set<String> = []
    /// The Ed25519 key that signs receipts, PKCS#8 PEM.
    ///
    /// Default `certs/receipts.key.pem`.
    var receiptKey = "certs/receipts.key.pem"
    /// The hubs by region.
    var hubs: [RegionCode: Hub] = [:]
    /// When warnings and reminders are given.
    var rules = RulesPolicy.standard
    /// Where licences are looked up; nil: nowhere.
    var licences: Licences?
    /// When ledgers are compared and what may be repaired without a person.
    var reconciliation = Reconciliation()
    /// Who is told of problems.
    var alerts = Alerts()
    /// Pace of the exchange in place of what the regions say; for the demo and tests.
    var pace = Pace()

    /// An address to listen on.
    struct Endpoint: Hashable, Sendable {
        var address: String
        /// 0 takes any free port.
        var port: Int
    }

    /// PEM files.
    struct Identity: Hashable, Sendable {
        var certificate: String
        var key: String
        var authority: String
    }

    /// How one hub is reached.
    struct Hub: Hashable, Sendable {
        /// `https://host:port`, for hubs that serve HTTPS.
        var url: String?
        /// A directory of this machine, for hubs that exchange files.
        var directory: String?
        /// An SFTP server, for hubs that exchange files.
        var sftp: SFTP?
        /// File with the shared secret of signed headers.
        var secretFile: String?
        /// Whether the hub takes the extension block, in place of what its region says.
        var takesExtension: Bool?
        /// How the hub answers reconciliation, `S`, `F`, `N` or `none`, in place of what its region says.
        var reconcile: String?
    }

    /// When ledgers are compared, and what may be repaired without a person.
    struct Reconciliation: Hashable, Sendable {
        /// Pause between two continuous comparisons of a hub, milliseconds; 0: never.
        ///
        /// Default 5 min.
        var interval = 300_000
        /// How long a change may take to arrive, milliseconds; nil leaves what the region says.
        var grace: Int?
        /// Whether breaks of the automatic kinds are repaired without a person.
        ///
        /// Default true.
        var repairs = true
        /// Most repair steps of one run.
        ///
        /// Default 1,000.
        var cap = 1_000
        /// Cases of a hub that a weekly audit draws.
        ///
        /// Default 200.
        var audit = 200
        /// Working days without an event after which an unfinished case is stuck.
        ///
        /// Default 10.
        var stuckDays = 10
    }

    /// Who is told of problems.
    struct Alerts: Hashable, Sendable {
        /// `https://…` that gets a signed request (Standard Webhooks); nil: none.
        var webhook: String?
        /// File with the webhook's secret, `whsec_` and base64.
        var webhookSecretFile: String?
        /// A file with the authority that must have signed the webhook's certificate; nil: the system's.
        var webhookAuthority: String?
        /// `smtp://host:port` or `smtps://host:port`; nil: no mail.
        var mailServer: String?
        /// Sender of mails.
        var mailFrom: String?
        /// Receivers of mails.
        var mailTo: [String] = []
        /// File with `user:password` for the mail server; nil: none.
        var mailLoginFile: String?
    }

    /// A licence library (电子证照库).
    struct Licences: Hashable, Sendable {
        /// `https://host:port`.
        var url: String
        /// How the provenance of a material calls it.
        ///
        /// Default `电子证照库`.
        var name = "电子证照库"
        /// The URI that its certificate must bear; nil: the authority is enough.
        var identity: String?
    }

    /// An SFTP server.
    struct SFTP: Hashable, Sendable {
        var host: String
        var port = 22
        var user: String
        var privateKey: String
        var publicKey: String
        var hostKey: String
        var root: String
    }

    /// Durations in milliseconds, and counts; nil leaves what the region says.
    struct Pace: Hashable, Sendable {
        var retryBase: Int?
        var retryCap: Int?
        var probeBase: Int?
        var probeCap: Int?
        var pull: Int?
        var files: Int?
        /// Sends to one hub at once.
        var slots: Int?
        /// Payloads that one hub may hand in within a second.
        var perSecond: Int?
        /// Pause between looks for cases whose time has come.
        var look: Int?
    }
}
