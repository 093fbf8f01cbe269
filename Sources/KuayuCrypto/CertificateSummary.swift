import COpenSSL
import Glibc
import KuayuModel

/// What a certificate says, read once into plain values.
///
/// It is not verified: that is the business of TLS.
public struct CertificateSummary: Hashable, Sendable {
    /// The kind and size of the certified key.
    public enum KeyType: Hashable, Sendable {
        /// An elliptic curve of so many bits.
        case ec(bits: Int)
        /// RSA with a modulus of so many bits.
        case rsa(bits: Int)
        /// Ed25519 (RFC 8410).
        case ed25519
        /// Anything else, as libcrypto names it.
        case other(String)
    }

    /// Subject, as RFC 4514 writes it: `CN=hub-320000`.
    public let subject: String
    /// Issuer, as RFC 4514 writes it.
    public let issuer: String
    /// Subject alternative names.
    public let names: CertificateNames
    /// Serial number in lower-case hexadecimal.
    public let serial: String
    /// First second of validity, Unix seconds.
    public let notBefore: Int
    /// Last second of validity, Unix seconds.
    public let notAfter: Int
    /// SHA-256 of the whole certificate, 64 lower-case hexadecimal digits.
    public let fingerprint: String
    /// Base64 SHA-256 of the public key (`SubjectPublicKeyInfo`), what a key pin holds (RFC 7469, 2.4).
    public let pin: String
    /// The kind of key.
    public let keyType: KeyType
    /// Whether the certificate may sign others.
    public let isAuthority: Bool

    /// Reads the first certificate of a PEM text.
    public init(pem: String) throws(CryptoError) {
        let certificate = try PEM.certificate(pem)
        try self.init(certificate.pointer)
    }

    /// Reads a DER certificate, as TLS hands it over.
    ///
    /// Bytes behind it are refused.
    public init(der: [UInt8]) throws(CryptoError) {
        guard der.count <= PEM.limitBytes else {
            throw CryptoError.malformed(what: "certificate", reason: "longer than \(PEM.limitBytes) bytes")
        }
        let (pointer, used) = der.withUnsafeBufferPointer { buffer -> (OpaquePointer?, Int) in
            guard let start = buffer.baseAddress else { return (nil, 0) }
            var cursor: UnsafePointer<UInt8>? = start
            let pointer = d2i_X509(nil, &cursor, buffer.count)
            return (pointer, cursor.map { $0 - start } ?? 0)
        }
        guard let pointer else { throw CryptoError.malformed(what: "certificate", reason: drainErrorQueue()) }
        let certificate = try Owned(pointer, "d2i_X509", release: X509_free)
        guard used == der.count else {
            throw CryptoError.malformed(what: "certificate", reason: "\(der.count - used) bytes follow it")
        }
        try self.init(certificate.pointer)
    }

    private init(_ certificate: OpaquePointer) throws(CryptoError) {
        subject = try Self.text(of: X509_get_subject_name(certificate))
        issuer = try Self.text(of: X509_get_issuer_name(certificate))
        names = Self.alternativeNames(of: certificate)
        serial = HexText.encode(Self.bytes(of: X509_get0_serialNumber(certificate)))
        notBefore = try Self.seconds(of: X509_get0_notBefore(certificate))
        notAfter = try Self.seconds(of: X509_get0_notAfter(certificate))
        fingerprint = try Self.fingerprint(of: certificate)
        pin = base64Text(SHA256.digest(try Self.publicKeyInfo(of: certificate)))
        keyType = try Self.keyType(of: certificate)
        isAuthority = X509_check_ca(certificate) == 1
        drainErrorQueue()
    }

    /// Whether the certificate holds at a time, in Unix seconds.
    public func isValid(at seconds: Int) -> Bool { (notBefore...max(notBefore, notAfter)).contains(seconds) }
}

extension CertificateSummary {
    private static func text(of name: OpaquePointer?) throws(CryptoError) -> String {
        try PEM.write("X509_NAME_print_ex") { kuayu_print_name($0, name) < 0 ? 0 : 1 }
    }

    private static func bytes(of string: UnsafePointer<ASN1_STRING>?) -> [UInt8] {
        let count = Int(ASN1_STRING_length(string))
        return [UInt8](UnsafeBufferPointer(start: ASN1_STRING_get0_data(string), count: count))
    }

    private static func seconds(of time: UnsafePointer<ASN1_TIME>?) throws(CryptoError) -> Int {
        var parts = tm()
        try require(ASN1_TIME_to_tm(time, &parts), "ASN1_TIME_to_tm")
        return timegm(&parts)
    }

    private static func fingerprint(of certificate: OpaquePointer) throws(CryptoError) -> String {
        var digest = [UInt8](repeating: 0, count: 32)
        try require(X509_digest(certificate, EVP_sha256(), &digest, nil), "X509_digest")
        return HexText.encode(digest)
    }

    private static func publicKeyInfo(of certificate: OpaquePointer) throws(CryptoError) -> [UInt8] {
        let publicKey = X509_get_X509_PUBKEY(certificate)
        let count = i2d_X509_PUBKEY(publicKey, nil)
        guard count > 0 else { throw CryptoError.failed(operation: "i2d_X509_PUBKEY", reason: drainErrorQueue()) }
        return [UInt8](unsafeUninitializedCapacity: Int(count)) { buffer, used in
            var cursor = buffer.baseAddress
            used = Int(i2d_X509_PUBKEY(publicKey, &cursor))
        }
    }

    private static func keyType(of certificate: OpaquePointer) throws(CryptoError) -> KeyType {
        let key = try KeyHandle(X509_get_pubkey(certificate), "X509_get_pubkey")
        let bits = Int(EVP_PKEY_get_bits(key.pointer))
        return switch EVP_PKEY_get_id(key.pointer) {
        case EVP_PKEY_EC: .ec(bits: bits)
        case EVP_PKEY_RSA: .rsa(bits: bits)
        case EVP_PKEY_ED25519: .ed25519
        default: .other(key.typeName)
        }
    }
}

extension CertificateSummary {
    private static func alternativeNames(of certificate: OpaquePointer) -> CertificateNames {
        var found = CertificateNames()
        let raw = X509_get_ext_d2i(certificate, NID_subject_alt_name, nil, nil)
        guard let raw else { return found }
        let names = OpaquePointer(raw)
        defer { GENERAL_NAMES_free(names) }
        for index in 0..<max(0, kuayu_general_name_count(names)) {
            var kind: CInt = 0
            guard let value = GENERAL_NAME_get0_value(kuayu_general_name(names, index), &kind) else { continue }
            switch kind {
            case GEN_URI: found.uris.append(text(of: value))
            case GEN_DNS: found.dnsNames.append(text(of: value))
            case GEN_IPADD: found.ipAddresses.append(addressText(bytes(of: string(value))))
            default: continue
            }
        }
        return found
    }

    /// The value of a name of a kind that holds an ASN.1 string.
    private static func string(_ value: UnsafeMutableRawPointer) -> UnsafePointer<ASN1_STRING> {
        UnsafePointer(value.assumingMemoryBound(to: ASN1_STRING.self))
    }

    /// By length, not up to a zero byte: `good.example\0.evil.example` stays one name that nobody has.
    private static func text(of value: UnsafeMutableRawPointer) -> String {
        String(decoding: bytes(of: string(value)), as: UTF8.self)
    }

    private static func addressText(_ bytes: [UInt8]) -> String {
        guard bytes.count == 4 || bytes.count == 16 else { return HexText.encode(bytes) }
        let family = bytes.count == 4 ? AF_INET : AF_INET6
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)) { buffer in
            let size = socklen_t(buffer.count)
            guard let text = inet_ntop(family, bytes, buffer.baseAddress, size) else { return HexText.encode(bytes) }
            return String(cString: text)
        }
    }
}
