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
/// libcurl tells the certificate only to the transfer that made a connection. Here what it says is kept for those that
/// use the connection after that one; libcurl may give it to one of them before it has reported the end of the
/// first. Made and used on the driver's thread.
final class ConnectionIdentities {
    /// `idleSince` is nil while a transfer uses the connection.
    private var known: [ConnectionKey: (certificate: LeafCertificate, idleSince: ContinuousClock.Instant?)] = [:]
    private let idleLimit: Duration
    private var sweepCount = 256

    /// `idleSeconds` is after how long libcurl does not use a connection again.
    init(idleSeconds: Int) {
        // A little longer, for libcurl's clock and ours are not read at the same moment.
        idleLimit = .seconds(idleSeconds + 5)
    }

    /// The certificate of the partner of a connection.
    func certificate(_ key: ConnectionKey) -> LeafCertificate? { known[key]?.certificate }

    /// A transfer uses the connection.
    func use(_ key: ConnectionKey, _ certificate: LeafCertificate) {
        known[key] = (certificate, nil)
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
    func findPartnerFault(on key: ConnectionKey, _ tls: PartnerTLS) -> PartnerFault? {
        if let previous = connection, previous != key { identities.forget(previous) }
        connection = key
        guard let certificate = partnerCertificate(key) else {
            identities.forget(key)
            return tls.expectedURI == nil && tls.denied.isEmpty
                ? nil : .unknownPartner("it is not known any more whose certificate the kept connection was made with")
        }
        identities.use(key, certificate)
        return certificate.refusal(by: tls).map { .anotherPartner($0) }
    }

    private func partnerCertificate(_ key: ConnectionKey) -> LeafCertificate? {
        if let pem = kuayu_curl_leaf_certificate(handle) { return LeafCertificate(pem: String(cString: pem)) }
        // What is known of a connection does not hold for a new one with the same addresses.
        return newConnectionCount == 0 ? identities.certificate(key) : nil
    }

    private var newConnectionCount: Int {
        var count = 0
        kuayu_curl_get_long(handle, CURLINFO_NUM_CONNECTS, &count)
        return count
    }
}

extension LeafCertificate {
    /// Why a certificate that the authority vouches for is not believed all the same; nil when it is.
    func refusal(by tls: PartnerTLS) -> String? {
        if !tls.denied.isEmpty {
            guard let serial else { return "the serial number of the partner's certificate cannot be read" }
            if tls.denied.contains(serial) { return "the partner's certificate \(serial.prefix(400)) is denied" }
        }
        guard let expected = tls.expectedURI, !uris.contains(expected) else { return nil }
        let shown = uris.isEmpty ? "no URI" : uris.prefix(4).joined(separator: " ")
        return "the partner's certificate bears \(shown.prefix(400)), not \(expected)"
    }
}
