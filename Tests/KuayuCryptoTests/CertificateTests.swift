import Foundation
import KuayuCrypto
import Testing

@Suite struct CertificateTests {
    private static let now = currentUnixSeconds()
    private let names = CertificateNames(
        uris: ["urn:kuayu:hub:320000"], dnsNames: ["localhost", "hub.example"], ipAddresses: ["127.0.0.1", "::1"])

    @Test func anAuthoritySaysWhatItIs() throws {
        let authority = try CertificateAuthority.make(commonName: "测试 CA", days: 30, now: Self.now)
        let summary = try CertificateSummary(pem: authority.certificatePEM)
        #expect(summary.subject == "CN=测试 CA")
        #expect(summary.issuer == summary.subject)
        #expect(summary.isAuthority)
        #expect(summary.names == CertificateNames())
        #expect(summary.keyType == .ec(bits: 256))
        #expect(summary.notBefore == Self.now - 300)
        #expect(summary.notAfter == Self.now + 30 * 86_400)
        #expect(summary.serial.count == 32)
    }

    @Test func aHubCertificateSaysWhoseItIs() throws {
        let authority = try CertificateAuthority.make(commonName: "CA", days: 30, now: Self.now)
        let issued = try authority.issue(commonName: "hub, 320000", names: names, days: 7, now: Self.now)
        let summary = try CertificateSummary(pem: issued.certificatePEM)
        #expect(summary.subject == "CN=hub\\, 320000")
        #expect(summary.issuer == "CN=CA")
        #expect(!summary.isAuthority)
        #expect(summary.names == names)
        #expect(summary.notAfter == Self.now + 7 * 86_400)
        let again = try authority.issue(commonName: "hub, 320000", names: names, days: 7, now: Self.now)
        let other = try CertificateSummary(pem: again.certificatePEM)
        #expect(other.serial != summary.serial)
        #expect(other.pin != summary.pin)
        #expect(other.fingerprint != summary.fingerprint)
    }

    @Test(arguments: [(-1, false), (0, true), (300, true), (300 + 86_400, true), (300 + 86_401, false)])
    func holdsForItsTime(_ offset: Int, _ isValid: Bool) throws {
        let authority = try CertificateAuthority.make(commonName: "CA", days: 1, now: Self.now)
        let summary = try CertificateSummary(pem: authority.certificatePEM)
        #expect(summary.isValid(at: Self.now - 300 + offset) == isValid)
    }

    @Test(arguments: [0, -1, -400])
    func mayHaveExpired(_ days: Int) throws {
        let authority = try CertificateAuthority.make(commonName: "CA", days: 1, now: Self.now)
        let summary = try CertificateSummary(
            pem: authority.issue(commonName: "old", days: days, now: Self.now).certificatePEM)
        #expect(summary.notAfter == Self.now + days * 86_400)
        #expect(summary.notBefore == summary.notAfter - 86_400)
        #expect(!summary.isValid(at: Self.now + 1))
    }

    @Test func validityHasALimit() throws {
        let limit = CertificateAuthority.limitDays
        for days in [limit, -limit] {
            let authority = try CertificateAuthority.make(commonName: "CA", days: days, now: Self.now)
            let summary = try CertificateSummary(pem: authority.certificatePEM)
            #expect(summary.notAfter == Self.now + days * 86_400)
        }
        for days in [limit + 1, -limit - 1, Int.max, Int.min] {
            #expect(throws: CryptoError.self) { try CertificateAuthority.make(commonName: "CA", days: days) }
        }
    }

    @Test(arguments: [
        CertificateNames(uris: ["urn:a,DNS:evil.example"]), CertificateNames(dnsNames: [""]),
        CertificateNames(dnsNames: ["a b"]), CertificateNames(dnsNames: ["上海"]),
        CertificateNames(dnsNames: ["a\u{0}b"]), CertificateNames(ipAddresses: ["300.0.0.1"]),
        CertificateNames(ipAddresses: ["localhost"]),
    ])
    func refusesNames(_ names: CertificateNames) throws {
        let authority = try CertificateAuthority.make(commonName: "CA", days: 1)
        #expect(throws: CryptoError.self) { try authority.issue(commonName: "x", names: names, days: 1) }
    }

    @Test(arguments: [(1, true), (64, true), (65, false)])
    func aCommonNameHasALimit(_ count: Int, _ isFine: Bool) {
        let name = String(repeating: "n", count: count)
        let made = try? CertificateAuthority.make(commonName: name, days: 1)
        #expect((made != nil) == isFine)
    }

    @Test func anAuthorityCanBeTakenUpAgain() throws {
        let authority = try CertificateAuthority.make(commonName: "CA", days: 1)
        let again = try CertificateAuthority(
            certificatePEM: authority.certificatePEM, keyPEM: authority.keyPEM())
        let issued = try again.issue(commonName: "hub", days: 1)
        #expect(try CertificateSummary(pem: issued.certificatePEM).issuer == "CN=CA")
        let other = try CertificateAuthority.make(commonName: "CA", days: 1)
        #expect(throws: CryptoError.self) {
            try CertificateAuthority(certificatePEM: authority.certificatePEM, keyPEM: other.keyPEM())
        }
        #expect(throws: CryptoError.notAllowed(what: "certificate", reason: "it is not an authority's (CA:TRUE)")) {
            try CertificateAuthority(certificatePEM: issued.certificatePEM, keyPEM: issued.keyPEM)
        }
    }

    @Test(arguments: ["", "x", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
    func refusesWhatIsNoCertificate(_ text: String) {
        #expect(throws: CryptoError.self) { try CertificateSummary(pem: text) }
        #expect(throws: CryptoError.self) { try CertificateSummary(der: Array(text.utf8)) }
    }

    @Test func readsDERAndNothingBehindIt() throws {
        let folder = try TemporaryFolder()
        let authority = try CertificateAuthority.make(commonName: "CA", days: 1)
        try folder.write(authority.certificatePEM, to: "ca.pem")
        try OpenSSLTool.run(["x509", "-in", folder.path("ca.pem"), "-outform", "DER", "-out", folder.path("ca.der")])
        let der = [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder.path("ca.der"))))
        #expect(try CertificateSummary(der: der) == CertificateSummary(pem: authority.certificatePEM))
        #expect(throws: CryptoError.malformed(what: "certificate", reason: "1 bytes follow it")) {
            try CertificateSummary(der: der + [0])
        }
        for count in stride(from: 0, to: der.count, by: 7) {
            #expect(throws: CryptoError.self) { try CertificateSummary(der: Array(der.prefix(count))) }
        }
    }
}

/// The same certificates in the eyes of the command line of OpenSSL.
@Suite struct CertificateChainTests {
    private let folder: TemporaryFolder
    private let authority: CertificateAuthority
    private let issued: IssuedCertificate

    init() throws {
        folder = try TemporaryFolder()
        authority = try CertificateAuthority.make(commonName: "CA", days: 30)
        let names = CertificateNames(
            uris: ["urn:kuayu:hub:320000"], dnsNames: ["localhost"], ipAddresses: ["127.0.0.1"])
        issued = try authority.issue(commonName: "hub-320000", names: names, days: 7)
        try folder.write(authority.certificatePEM, to: "ca.pem")
        try folder.write(issued.certificatePEM, to: "hub.pem")
        try folder.write(issued.keyPEM, to: "hub.key")
    }

    private func verify(_ arguments: [String], _ certificate: String = "hub.pem", authority: String = "ca.pem") throws {
        try OpenSSLTool.run(
            ["verify", "-x509_strict", "-no-CApath", "-no-CAstore", "-CAfile", folder.path(authority)] + arguments
                + [folder.path(certificate)])
    }

    @Test func isVerifiedForBothEnds() throws {
        try verify(["-purpose", "sslserver", "-verify_hostname", "localhost", "-verify_ip", "127.0.0.1"])
        try verify(["-purpose", "sslclient"])
        try verify([], "ca.pem")
    }

    @Test func isRefusedForAnotherHost() {
        #expect(throws: OpenSSLTool.Failure.self) { try verify(["-verify_hostname", "hub.example"]) }
        #expect(throws: OpenSSLTool.Failure.self) { try verify(["-verify_ip", "127.0.0.2"]) }
    }

    @Test func isRefusedUnderAnotherAuthority() throws {
        let other = try CertificateAuthority.make(commonName: "CA", days: 30)
        try folder.write(other.certificatePEM, to: "other.pem")
        #expect(throws: OpenSSLTool.Failure.self) { try verify([], authority: "other.pem") }
    }

    @Test func isRefusedOnceExpired() throws {
        let old = try authority.issue(commonName: "hub-320000", days: -1)
        try folder.write(old.certificatePEM, to: "old.pem")
        #expect(throws: OpenSSLTool.Failure.self) { try verify([], "old.pem") }
        try verify(["-no_check_time"], "old.pem")
    }

    @Test func saysInItsExtensionsWhatItMay() throws {
        let text = try OpenSSLTool.run(["x509", "-in", folder.path("hub.pem"), "-noout", "-text"])
        #expect(text.contains("X509v3 Basic Constraints: critical\n                CA:FALSE"))
        #expect(text.contains("URI:urn:kuayu:hub:320000, DNS:localhost, IP Address:127.0.0.1"))
    }

    @Test func hasTheFingerprintPinAndSerialThatTheToolSays() throws {
        let summary = try CertificateSummary(pem: issued.certificatePEM)
        let path = folder.path("hub.pem")
        let printed = try OpenSSLTool.run(["x509", "-in", path, "-noout", "-fingerprint", "-sha256", "-serial"])
        let fingerprint = printed.split(separator: "\n").first?.split(separator: "=").last?.filter { $0 != ":" }
        #expect(fingerprint?.lowercased() == summary.fingerprint)
        #expect(printed.lowercased().contains("serial=" + summary.serial))
        let publicKey = folder.path("public.der")
        try OpenSSLTool.run(["pkey", "-in", folder.path("hub.key"), "-pubout", "-outform", "DER", "-out", publicKey])
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: publicKey)))
        #expect(Data(SHA256.digest(bytes)).base64EncodedString() == summary.pin)
    }
}
