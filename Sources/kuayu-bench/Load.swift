import Foundation
import KuayuCLI
import KuayuEngine
import KuayuGateway
import KuayuHubs
import KuayuModel

/// A folder of a run with certificates and a configuration, and the cases that may travel in it.
struct Stage {
    let folder: String
    let regions: String
    let hubs: [RegionCode]

    /// Makes the folder anew.
    ///
    /// Its caller removes it with ``remove()``.
    init(folder: String, regions: String, hubs: [RegionCode] = [.jiangsu, .zhejiang]) throws {
        self.folder = folder
        self.regions = regions
        self.hubs = hubs
        guard !FileManager.default.fileExists(atPath: folder) else {
            throw BenchFailure("\(folder) exists already: name one that may be made and removed")
        }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        Interruption.removes(folder)
        try Workbench.makeCertificates(in: certificates, hubs: hubs)
        let secretFile = FileManager.default.createFile(
            atPath: folder + "/secret", contents: Data(Self.secret), attributes: [.posixPermissions: 0o600])
        guard secretFile else { throw BenchFailure("\(folder) cannot be written") }
    }

    var certificates: String { folder + "/certs" }

    /// Shared secret of signed headers; worth nothing outside the run.
    static let secret = Array("bench-secret-0123456789abcdef".utf8)

    func remove() { try? FileManager.default.removeItem(atPath: folder) }

    /// Who a hub is towards the gateway.
    func identity(_ region: RegionCode) -> PartnerTLS {
        PartnerTLS(
            certificatePath: "\(certificates)/hub-\(region.text).pem",
            keyPath: "\(certificates)/hub-\(region.text).key.pem",
            authorityPath: "\(certificates)/authority.pem")
    }

    /// Writes a configuration and returns its path; `ports` are the hubs'.
    func writeConfiguration(
        _ name: String, listen: Int, admin: Int, ports: [RegionCode: Int], slots: Int? = nil
    ) throws -> String {
        var text = """
            gateway: {number: 1}
            listen: {address: 127.0.0.1, port: \(listen)}
            admin: {address: 127.0.0.1, port: \(admin)}
            store: \(name).sqlite
            regions: "\(regions)"
            tls: {certificate: certs/gateway.pem, key: certs/gateway.key.pem, authority: certs/authority.pem}
            receipts: {key: certs/receipts.key.pem}
            hubs:

            """
        for region in hubs {
            let secret = region == .zhejiang ? ", secretFile: secret" : ""
            text += "  \"\(region.text)\": {url: \"\(url(region, ports))\"\(secret)}\n"
        }
        // What a hub may hand in within a second is not what is measured.
        text += "pace: {perSecond: 100000\(slots.map { ", slots: \($0)" } ?? "")}\n"
        let path = "\(folder)/\(name).yaml"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        return path
    }

    func url(_ region: RegionCode, _ ports: [RegionCode: Int]) -> String { "https://127.0.0.1:\(ports[region] ?? 0)" }
}

/// Cases that the agreements let travel.
enum Load {
    static func cases(
        from origin: RegionCode, to target: RegionCode, in federation: Federation, seed: UInt64
    ) throws -> NewCases {
        let day = WallClock().now.date
        let items = Items.standard.all.filter { item in
            federation.routing.agreements.contains {
                $0.allows(from: origin, to: target, item: item.catalogCode.text, mode: item.mode.rawValue, day: day)
            }
        }
        guard let cases = NewCases(from: origin, to: target, items: items, seed: seed) else {
            throw BenchFailure("\(origin.text) cannot push a case to \(target.text): only 320000 and 330000 push")
        }
        return cases
    }
}
