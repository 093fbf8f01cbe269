import Foundation
import KuayuModel

/// Where a setting comes from: the file, then the environment, then flags; the later wins.
enum ConfigurationSources {
    /// Environment variables that override the file.
    static let variables = [
        "KUAYU_LISTEN_PORT", "KUAYU_ADMIN_PORT", "KUAYU_STORE", "KUAYU_REGIONS", "KUAYU_RECEIPT_KEY",
    ]

    /// Reads a file and the environment.
    static func load(
        path: String, environment: [String: String]
    ) throws -> (configuration: GatewayConfiguration, problems: [ConfigurationProblem]) {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw CommandFailure(
                "\(path) cannot be read", help: "name a configuration with --config, or write one: kuayu config example"
            )
        }
        let reader = ConfigurationReader(String(decoding: data, as: UTF8.self))
        var configuration = reader.configuration
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        resolve(&configuration, in: folder)
        var problems = reader.problems
        apply(environment, to: &configuration, problems: &problems)
        return (configuration, problems)
    }

    /// Relative paths of the file are relative to its folder.
    private static func resolve(_ configuration: inout GatewayConfiguration, in folder: String) {
        func absolute(_ path: String) -> String { path.hasPrefix("/") ? path : folder + "/" + path }
        configuration.store = absolute(configuration.store)
        configuration.regions = absolute(configuration.regions)
        configuration.receiptKey = absolute(configuration.receiptKey)
        configuration.tls.certificate = absolute(configuration.tls.certificate)
        configuration.tls.key = absolute(configuration.tls.key)
        configuration.tls.authority = absolute(configuration.tls.authority)
        for (region, hub) in configuration.hubs {
            var hub = hub
            hub.directory = hub.directory.map(absolute)
            hub.secretFile = hub.secretFile.map(absolute)
            if var sftp = hub.sftp {
                sftp.privateKey = absolute(sftp.privateKey)
                sftp.publicKey = absolute(sftp.publicKey)
                hub.sftp = sftp
            }
            configuration.hubs[region] = hub
        }
    }

    private static func apply(
        _ environment: [String: String], to configuration: inout GatewayConfiguration,
        problems: inout [ConfigurationProblem]
    ) {
        func port(_ name: String) -> Int? {
            guard let text = environment[name] else { return nil }
            if let value = Int(text), (0...65_535).contains(value) { return value }
            problems.append(
                ConfigurationProblem(
                    line: 0, column: 0, path: name, message: "must be a port, 0 to 65535",
                    help: "change or unset the variable"))
            return nil
        }
        if let value = port("KUAYU_LISTEN_PORT") { configuration.listen.port = value }
        if let value = port("KUAYU_ADMIN_PORT") { configuration.admin.port = value }
        if let value = environment["KUAYU_STORE"] { configuration.store = value }
        if let value = environment["KUAYU_REGIONS"] { configuration.regions = value }
        if let value = environment["KUAYU_RECEIPT_KEY"] { configuration.receiptKey = value }
    }
}

/// A command that cannot go on: what, and how to mend it.
///
/// Printed, exit code 1.
struct CommandFailure: Error, CustomStringConvertible {
    let message: String
    let help: String

    init(_ message: String, help: String) {
        self.message = message
        self.help = help
    }

    var description: String { "\(message)\n  help: \(help)" }
}
