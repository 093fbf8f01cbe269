import Foundation
import KuayuModel
import Synchronization

/// Ports, paths and command lines of one demo.
final class DemoPlan: Sendable {
    struct Ports: Sendable {
        var main: Int
        var control: Int
    }

    let settings: Demo.Settings
    let port: Int
    let adminPort: Int
    let secretFile: String
    let ports = Mutex<[RegionCode: Ports]>([:])

    init(settings: Demo.Settings, port: Int, adminPort: Int, secretFile: String) {
        self.settings = settings
        self.port = port
        self.adminPort = adminPort
        self.secretFile = secretFile
    }

    func control(_ region: String) -> AdminClient? {
        RegionCode(region).flatMap { code in ports.withLock { $0[code]?.control } }.map { AdminClient(port: $0) }
    }

    func hubArguments(_ region: RegionCode) -> [String] {
        var arguments = [
            "hub", region.text, "--gateway", "https://127.0.0.1:\(port)", "--certs", settings.certs, "--regions",
            settings.regions, "--seed", String(settings.seed), "--rate", String(settings.rate), "--cases",
            String(settings.cases), "--step-milliseconds", "600", "--until-parent-ends",
        ]
        if region == .anhui {
            arguments += ["--folder", settings.folder + "/anhui", "--feed-milliseconds", "500"]
        }
        if region == .zhejiang { arguments += ["--secret-file", secretFile] }
        return arguments
    }

    /// The demo's configuration: short pauses, so that a minute shows what days would.
    var configuration: String {
        let bound = ports.withLock { $0 }
        func url(_ region: RegionCode) -> String { "https://127.0.0.1:\(bound[region]?.main ?? 0)" }
        func absolute(_ path: String) -> String {
            path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
        }
        let certs = absolute(settings.certs)
        return """
            gateway: {number: 1}
            listen: {address: 127.0.0.1, port: \(port)}
            admin: {address: 127.0.0.1, port: \(adminPort)}
            store: kuayu.sqlite
            regions: \(absolute(settings.regions))
            tls: {certificate: \(certs)/gateway.pem, key: \(certs)/gateway.key.pem, authority: \(certs)/authority.pem}
            receipts: {key: \(certs)/receipts.key.pem}
            hubs:
              "310000": {url: "\(url(.shanghai))"}
              "320000": {url: "\(url(.jiangsu))"}
              "330000": {url: "\(url(.zhejiang))", secretFile: zj-secret}
              "340000": {directory: anhui}
            licences: {url: "\(url(.shanghai))", identity: "urn:kuayu:hub:310000"}
            reconcile: {interval: 3s, grace: 1s}
            pace: {retryBase: 100ms, retryCap: 2s, probeBase: 1s, probeCap: 2s, pull: 1s, files: 200ms, look: 250ms}

            """
    }
}

/// A flag that is set once.
final class SharedFlag: Sendable {
    private let value = Atomic<Bool>(false)
    var isSet: Bool { value.load(ordering: .acquiring) }
    func set() { value.store(true, ordering: .releasing) }
}
