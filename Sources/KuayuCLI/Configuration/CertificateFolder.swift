import Foundation
import KuayuCrypto
import KuayuModel

/// A folder with a test authority and what it issued.
///
/// Keys are readable by their owner only.
struct CertificateFolder {
    let folder: String

    /// Whether everything is there and still valid for a day.
    var isUsable: Bool {
        guard let data = FileManager.default.contents(atPath: folder + "/gateway.pem"),
            let summary = try? CertificateSummary(pem: String(decoding: data, as: UTF8.self))
        else { return false }
        return summary.notAfter > currentUnixSeconds() + 86_400
    }

    /// Whole days until a certificate expires, negative afterwards; nil when it cannot be read.
    static func daysLeft(path: String) -> Int? {
        guard let data = FileManager.default.contents(atPath: path),
            let summary = try? CertificateSummary(pem: String(decoding: data, as: UTF8.self))
        else { return nil }
        return (summary.notAfter - currentUnixSeconds()) / 86_400
    }

    func initialize(days: Int) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let authority = try CertificateAuthority.make(commonName: "kuayu test authority", days: days)
        try write(authority.certificatePEM, "authority.pem")
        try writeKey(try authority.keyPEM(), "authority.key.pem")
        let gateway = try authority.issue(
            commonName: "kuayu gateway",
            names: CertificateNames(
                uris: ["urn:kuayu:gateway"], dnsNames: ["localhost"], ipAddresses: ["127.0.0.1"]), days: days)
        try write(gateway.certificatePEM, "gateway.pem")
        try writeKey(gateway.keyPEM, "gateway.key.pem")
        let key = try Ed25519Key.generate()
        try writeKey(try key.pem(), "receipts.key.pem")
        try write(try key.publicKey.pem(), "receipts.pub.pem")
    }

    func issueHub(_ region: String, days: Int) throws {
        guard RegionCode(region) != nil else {
            throw CommandFailure("\(region) is not a region code", help: "6 digits, for example 320000")
        }
        guard let certificate = text("authority.pem"), let key = text("authority.key.pem") else {
            throw CommandFailure("there is no authority in \(folder)", help: "kuayu certs init --folder \(folder)")
        }
        let authority = try CertificateAuthority(certificatePEM: certificate, keyPEM: key)
        let hub = try authority.issue(
            commonName: "hub \(region)",
            names: CertificateNames(
                uris: ["urn:kuayu:hub:\(region)"], dnsNames: ["localhost"], ipAddresses: ["127.0.0.1"]), days: days)
        try write(hub.certificatePEM, "hub-\(region).pem")
        try writeKey(hub.keyPEM, "hub-\(region).key.pem")
    }

    func text(_ name: String) -> String? {
        FileManager.default.contents(atPath: folder + "/" + name).map { String(decoding: $0, as: UTF8.self) }
    }

    private func write(_ text: String, _ name: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/" + name), options: .atomic)
    }

    private func writeKey(_ text: String, _ name: String) throws {
        let path = folder + "/" + name
        try? FileManager.default.removeItem(atPath: path)
        guard
            FileManager.default.createFile(
                atPath: path, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600])
        else { throw CommandFailure("\(path) cannot be written", help: "check the folder's permissions") }
    }
}
