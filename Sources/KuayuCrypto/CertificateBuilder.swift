import COpenSSL

/// What a new certificate shall say.
struct CertificateRequest {
    /// Common name of the subject, 1 … 64 characters.
    var commonName: String
    /// When it holds.
    var validity: Validity
    /// Extensions in order: NID of libcrypto and its value in the words of x509v3_config(5).
    var extensions: [(nid: CInt, value: String)]
}

/// Makes X.509 v3 certificates (RFC 5280).
enum CertificateBuilder {
    /// A certificate for `key`, signed by the issuer, or by itself where there is none.
    static func make(
        _ request: CertificateRequest, for key: KeyHandle, issuer: OpaquePointer?, issuerKey: KeyHandle
    ) throws(CryptoError) -> Owned<OpaquePointer> {
        let certificate = try Owned(X509_new(), "X509_new", release: X509_free)
        let pointer = certificate.pointer
        try require(X509_set_version(pointer, 2), "X509_set_version")
        try setSerial(of: pointer)
        try setTimes(of: pointer, request)
        try addEntry("CN", request.commonName, to: X509_get_subject_name(pointer))
        try require(X509_set_issuer_name(pointer, X509_get_subject_name(issuer ?? pointer)), "X509_set_issuer_name")
        try require(X509_set_pubkey(pointer, key.pointer), "X509_set_pubkey")
        for entry in request.extensions {
            try addExtension(entry.nid, entry.value, to: pointer, issuer: issuer ?? pointer)
        }
        guard X509_sign(pointer, issuerKey.pointer, EVP_sha256()) > 0 else {
            throw CryptoError.failed(operation: "X509_sign", reason: drainErrorQueue())
        }
        return certificate
    }

    /// 127 random bits, positive and never short, as RFC 5280, 4.1.2.2 asks.
    private static func setSerial(of certificate: OpaquePointer) throws(CryptoError) {
        var serial = try SecureRandom.bytes(16)
        serial[0] = serial[0] & 0x7F | 0x40
        try require(
            ASN1_STRING_set(X509_get_serialNumber(certificate), serial, CInt(serial.count)), "ASN1_STRING_set")
    }

    private static func setTimes(of certificate: OpaquePointer, _ request: CertificateRequest) throws(CryptoError) {
        let notBefore = try time(request.validity.notBefore)
        try require(X509_set1_notBefore(certificate, notBefore.pointer), "X509_set1_notBefore")
        let notAfter = try time(request.validity.notAfter)
        try require(X509_set1_notAfter(certificate, notAfter.pointer), "X509_set1_notAfter")
    }

    private static func time(_ seconds: Int) throws(CryptoError) -> Owned<UnsafeMutablePointer<ASN1_TIME>> {
        try Owned(ASN1_TIME_set(nil, seconds), "ASN1_TIME_set", release: ASN1_TIME_free)
    }

    private static func addEntry(_ field: String, _ value: String, to name: OpaquePointer?) throws(CryptoError) {
        let utf8 = [UInt8](value.utf8)
        try require(kuayu_add_name_entry(name, field, utf8, CInt(utf8.count)), "X509_NAME_add_entry_by_txt")
    }

    private static func addExtension(
        _ nid: CInt, _ value: String, to certificate: OpaquePointer, issuer: OpaquePointer
    ) throws(CryptoError) {
        var context = X509V3_CTX()
        kuayu_set_extension_context(&context, issuer, certificate)
        let made = try Owned(
            X509V3_EXT_conf_nid(nil, &context, nid, value), "X509V3_EXT_conf_nid", release: X509_EXTENSION_free)
        try require(X509_add_ext(certificate, made.pointer, -1), "X509_add_ext")
    }
}
