import CCurl
import KuayuGateway

/// What tells one open TCP connection of this machine from all others.
struct ConnectionKey: Hashable {
    let localAddress: String
    let localPort: Int32
    let remoteAddress: String
    let remotePort: Int32
}

/// Why a request may not be begun on a connection that stands.
enum PartnerFault {
    /// The partner's certificate is another's.
    case anotherPartner(String)
    /// Nobody knows any more what the partner showed when the connection was made.
    case unknownPartner(String)
}

/// What the partners of open connections showed in their handshakes.
///
/// libcurl tells the certificate only to the transfer that made a connection. Here its names are kept for the transfers
/// that use the connection after that one; libcurl may give it to one of them before it has reported the end of the
/// first. Made and used on the driver's thread.
final class ConnectionIdentities {
    /// `idleSince` is nil while a transfer uses the connection.
    private var known: [ConnectionKey: (uris: [String], idleSince: ContinuousClock.Instant?)] = [:]
    private let idleLimit: Duration
    private var sweepCount = 256

    /// `idleSeconds` is after how long libcurl does not use a connection again.
    init(idleSeconds: Int) {
        // A little longer, for libcurl's clock and ours are not read at the same moment.
        idleLimit = .seconds(idleSeconds + 5)
    }

    /// The URIs of the partner of a connection.
    func uris(_ key: ConnectionKey) -> [String]? { known[key]?.uris }

    /// A transfer uses the connection.
    func use(_ key: ConnectionKey, _ uris: [String]) {
        known[key] = (uris, nil)
        if known.count > sweepCount { sweep() }
    }

    /// The transfer is over; libcurl keeps the connection.
    func keep(_ key: ConnectionKey) {
        known[key]?.idleSince = .now
    }

    /// libcurl has closed the connection.
    func forget(_ key: ConnectionKey) {
        known[key] = nil
    }

    /// Nobody says when an idle connection is closed: those too old to be used again go.
    private func sweep() {
        let now = ContinuousClock.now
        known = known.filter { entry in entry.value.idleSince.map { now - $0 <= idleLimit } ?? true }
        sweepCount = max(256, known.count * 2)
    }
}

extension CurlSlot {
    /// Whether the partner at the other end of the connection is the expected one, before anything is sent to it.
    func findPartnerFault(on key: ConnectionKey, expected: String?) -> PartnerFault? {
        if let previous = connection, previous != key { identities.forget(previous) }
        connection = key
        guard let uris = partnerURIs(key) else {
            identities.forget(key)
            return expected == nil
                ? nil : .unknownPartner("it is not known any more whose certificate the kept connection was made with")
        }
        identities.use(key, uris)
        guard let expected, !uris.contains(expected) else { return nil }
        let shown = uris.isEmpty ? "no URI" : uris.prefix(4).joined(separator: " ")
        return .anotherPartner("the partner's certificate bears \(shown.prefix(400)), not \(expected)")
    }

    private func partnerURIs(_ key: ConnectionKey) -> [String]? {
        if let pem = kuayu_curl_leaf_certificate(handle) { return LeafCertificate.uris(pem: String(cString: pem)) }
        // What is known of a connection does not hold for a new one with the same addresses.
        return newConnectionCount == 0 ? identities.uris(key) : nil
    }

    private var newConnectionCount: Int {
        var count = 0
        kuayu_curl_get_long(handle, CURLINFO_NUM_CONNECTS, &count)
        return count
    }
}
