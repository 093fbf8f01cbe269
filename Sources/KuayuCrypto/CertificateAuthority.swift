import COpenSSL
import Glibc

/// A certificate with its private key, as PEM.
public struct IssuedCertificate: Hashable, Sendable {
    /// The certificate, `-----BEGIN CERTIFICATE-----`.
    public let certificatePEM: String
    /// Its private key, unencrypted PKCS#8.
    public let keyPEM: String

    /// A pair as it stands in two files.
    public init(certificatePEM: String, keyPEM: String) {
        self.certificatePEM = certificatePEM
        self.keyPEM = keyPEM
    }
}

/// The names under which the holder of a certificate is known (RFC 5280, 4.2.1.6).
public struct CertificateNames: Hashable, Sendable {
    /// Uniform resource identifiers: `urn:kuayu:hub:320000`.
    public var uris: [String]
    /// Host names: `localhost`.
    public var dnsNames: [String]
    /// Addresses, version 4 or 6, in text: `127.0.0.1`.
    public var ipAddresses: [String]

    /// Names; none by default.
    public init(uris: [String] = [], dnsNames: [String] = [], ipAddresses: [String] = []) {
        self.uris = uris
        self.dnsNames = dnsNames
        self.ipAddresses = ipAddresses
    }

    var isEmpty: Bool { uris.isEmpty && dnsNames.isEmpty && ipAddresses.isEmpty }

    /// The names in the words of x509v3_config(5).
    ///
    /// A comma or a space would begin another name: refused.
    func extensionValue() throws(CryptoError) -> String {
        let kinds = [("URI", uris), ("DNS", dnsNames), ("IP", ipAddresses)]
        var entries: [String] = []
        for (kind, names) in kinds {
            for name in names {
                guard !name.isEmpty, name.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: ",") })
                else {
                    throw CryptoError.notAllowed(what: "name", reason: "\(kind) name is empty or not plain ASCII")
                }
                entries.append("\(kind):\(name)")
            }
        }
        return entries.joined(separator: ",")
    }
}

/// An authority that issues certificates for hubs: for demonstrations, tests and closed deployments.
///
/// Keys are EC P-256, signatures ECDSA with SHA-256.
public struct CertificateAuthority: Sendable {
    /// Largest number of days, either way, that a validity may have: about 100 years.
    public static let limitDays = 36_525
    /// Certificates begin to be valid this long before they are made, for clocks that are late.
    public static let backdatedSeconds = 300

    /// The authority's own certificate as PEM.
    public let certificatePEM: String
    private let key: KeyHandle

    /// Makes a new authority: `CA:TRUE`, path length 0, key usage certificate and CRL signing.
    ///
    /// `days` from `now` until it expires, −``limitDays`` … ``limitDays``; zero or less makes one that has expired.
    /// `now` in Unix seconds.
    public static func make(
        commonName: String, days: Int, now: Int = currentUnixSeconds()
    ) throws(CryptoError) -> CertificateAuthority {
        let key = try KeyHandle(kuayu_generate_p256(), "EVP_EC_gen")
        let request = CertificateRequest(
            commonName: commonName, validity: try Validity(days: days, now: now),
            extensions: [
                (NID_basic_constraints, "critical,CA:TRUE,pathlen:0"),
                (NID_key_usage, "critical,keyCertSign,cRLSign"),
                (NID_subject_key_identifier, "hash"),
            ])
        let certificate = try CertificateBuilder.make(request, for: key, issuer: nil, issuerKey: key)
        return CertificateAuthority(certificatePEM: try PEM.text(certificate: certificate), key: key)
    }

    /// An authority made earlier.
    ///
    /// Throws when the key is not the certificate's or the certificate is no authority's.
    public init(certificatePEM: String, keyPEM: String) throws(CryptoError) {
        let certificate = try PEM.certificate(certificatePEM)
        let key = try PEM.privateKey(keyPEM)
        try require(X509_check_private_key(certificate.pointer, key.pointer), "X509_check_private_key")
        guard X509_check_ca(certificate.pointer) == 1 else {
            throw CryptoError.notAllowed(what: "certificate", reason: "it is not an authority's (CA:TRUE)")
        }
        self.init(certificatePEM: certificatePEM, key: key)
    }

    private init(certificatePEM: String, key: KeyHandle) {
        self.certificatePEM = certificatePEM
        self.key = key
    }

    /// The authority's private key, unencrypted PKCS#8.
    public func keyPEM() throws(CryptoError) -> String { try PEM.text(privateKey: key) }

    /// Issues a certificate with a new key, for both ends of TLS (server and client authentication).
    ///
    /// `days` from `now` until it expires, −``limitDays`` … ``limitDays``; zero or less makes one that has expired.
    /// `now` in Unix seconds. Throws `notAllowed` for names that are empty or not plain ASCII.
    public func issue(
        commonName: String, names: CertificateNames = CertificateNames(), days: Int, now: Int = currentUnixSeconds()
    ) throws(CryptoError) -> IssuedCertificate {
        let issuer = try PEM.certificate(certificatePEM)
        let leafKey = try KeyHandle(kuayu_generate_p256(), "EVP_EC_gen")
        let request = CertificateRequest(
            commonName: commonName, validity: try Validity(days: days, now: now),
            extensions: try Self.leafExtensions(names))
        let certificate = try CertificateBuilder.make(
            request, for: leafKey, issuer: issuer.pointer, issuerKey: key)
        return IssuedCertificate(
            certificatePEM: try PEM.text(certificate: certificate), keyPEM: try PEM.text(privateKey: leafKey))
    }

    private static func leafExtensions(_ names: CertificateNames) throws(CryptoError) -> [(nid: CInt, value: String)] {
        var extensions: [(nid: CInt, value: String)] = [
            (NID_basic_constraints, "critical,CA:FALSE"),
            (NID_key_usage, "critical,digitalSignature"),
            (NID_ext_key_usage, "serverAuth,clientAuth"),
            (NID_subject_key_identifier, "hash"),
            (NID_authority_key_identifier, "keyid:always"),
        ]
        if !names.isEmpty { extensions.append((NID_subject_alt_name, try names.extensionValue())) }
        return extensions
    }
}

/// The system's clock in Unix seconds.
public func currentUnixSeconds() -> Int { time(nil) }

/// When a certificate holds, Unix seconds.
struct Validity {
    let notBefore: Int
    let notAfter: Int

    /// From a little before `now` for `days`; for an expired one, from a day before its end.
    init(days: Int, now: Int) throws(CryptoError) {
        let limit = CertificateAuthority.limitDays
        guard (-limit...limit).contains(days) else {
            throw CryptoError.notAllowed(what: "validity", reason: "\(days) days are not in -\(limit)…\(limit)")
        }
        notAfter = now + days * 86_400
        notBefore = days > 0 ? now - CertificateAuthority.backdatedSeconds : notAfter - 86_400
    }
}
