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

/// What the partners of kept connections showed in their handshakes.
///
/// libcurl tells the certificate only to the transfer that made a connection. Here it is kept for the transfers that use
/// the connection after that one. Made and used on the driver's thread.
final class ConnectionIdentities {
    private var kept: [ConnectionKey: (uris: [String], since: ContinuousClock.Instant)] = [:]
    private let idleLimit: Duration
    private var sweepCount = 256

    /// `idleSeconds` is after how long libcurl does not use a connection again.
    init(idleSeconds: Int) {
        // A little longer, for libcurl's clock and ours are not read at the same moment.
        idleLimit = .seconds(idleSeconds + 5)
    }

    /// The URIs of the partner of a kept connection; forgotten here until the connection is kept again.
    func take(_ key: ConnectionKey) -> [String]? {
        kept.removeValue(forKey: key)?.uris
    }

    /// A transfer on the connection is over and the connection may be used again.
    func keep(_ key: ConnectionKey, _ uris: [String]) {
        let now = ContinuousClock.now
        kept[key] = (uris, now)
        guard kept.count > sweepCount else { return }
        kept = kept.filter { now - $0.value.since <= idleLimit }
        sweepCount = max(256, kept.count * 2)
    }
}

extension CurlSlot {
    /// Whether the partner at the other end of the connection is the expected one, before anything is sent to it.
    func findPartnerFault(on key: ConnectionKey, expected: String?) -> PartnerFault? {
        // Taken in any case: a new connection with the addresses of an old one knows better.
        let keptURIs = identities.take(key)
        connection = nil
        let uris: [String]
        if let pem = kuayu_curl_leaf_certificate(handle) {
            uris = LeafCertificate.uris(pem: String(cString: pem))
        } else if let keptURIs, newConnectionCount == 0 {
            uris = keptURIs
        } else {
            return expected == nil
                ? nil : .unknownPartner("it is not known any more whose certificate the kept connection was made with")
        }
        connection = (key, uris)
        guard let expected, !uris.contains(expected) else { return nil }
        let shown = uris.isEmpty ? "no URI" : uris.prefix(4).joined(separator: " ")
        return .anotherPartner("the partner's certificate bears \(shown.prefix(400)), not \(expected)")
    }

    private var newConnectionCount: Int {
        var count = 0
        kuayu_curl_get_long(handle, CURLINFO_NUM_CONNECTS, &count)
        return count
    }
}
