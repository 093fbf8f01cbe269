/// Who a client proved to be, by the certificate that its TLS handshake verified.
///
/// Read once per connection.
public struct PeerIdentity: Hashable, Sendable {
    /// Uniform resource identifiers among the subject's alternative names: `urn:kuayu:hub:320000`.
    public let uriSANs: [String]
    /// Base64 SHA-256 of the public key (SPKI), as pins are written.
    public let spkiPin: String
    /// The subject as RFC 4514 writes it, `CN=…,O=…`.
    ///
    /// For people, never for decisions.
    public let subject: String
    /// Serial number in lower-case hexadecimal, for deny lists.
    public let serialNumber: String
    /// When the certificate expires, Unix seconds.
    ///
    /// A connection may outlive it.
    public let notAfter: Int

    /// An identity from its facts.
    public init(uriSANs: [String], spkiPin: String, subject: String, serialNumber: String, notAfter: Int) {
        self.uriSANs = uriSANs
        self.spkiPin = spkiPin
        self.subject = subject
        self.serialNumber = serialNumber
        self.notAfter = notAfter
    }
}
