import ArgumentParser
import Foundation

struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "配置 — checks a configuration, or prints an example.",
        subcommands: [Check.self, Example.self])

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "检查 — every problem of a configuration at once, each with its place.",
            discussion: """
                Example:
                  kuayu config check --config kuayu.yaml
                If the store is there, it warns of hubs that have cases in it and are not configured.
                Exit code 2 when there is a problem; a warning is none.
                """)
        @Option(name: .shortAndLong, help: "配置文件 — the configuration file.") var config = "kuayu.yaml"
        @Flag(help: "输出 JSON — for programs.") var json = false

        func run() throws {
            let loaded = try ConfigurationSources.load(path: config, environment: ProcessInfo.processInfo.environment)
            guard loaded.problems.isEmpty else {
                show(loaded.problems)
                throw ExitCode(2)
            }
            // What the file names must be there as well.
            _ = try FederationLoader(configuration: loaded.configuration).load()
            let warnings = try MissingHubs.warnings(of: loaded.configuration)
            show(warnings)
            if !json && warnings.isEmpty { print("\(config): 配置无误 — nothing to complain about") }
        }

        private func show(_ problems: [ConfigurationProblem]) {
            guard json else {
                for problem in problems { print(problem.text(file: config)) }
                return
            }
            let objects = problems.map { problem in
                JSONOutput.object([
                    ("severity", .text(problem.severity.rawValue)), ("line", .number(Int64(problem.line))),
                    ("column", .number(Int64(problem.column))), ("path", .text(problem.path)),
                    ("message", .text(problem.message)), ("help", .text(problem.help)),
                ])
            }
            print(JSONOutput.array(objects).line)
        }
    }

    struct Example: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "示例 — prints a configuration to start from.",
            discussion: """
                Example:
                  kuayu config example > kuayu.yaml
                """)

        func run() { print(Self.text) }

        static let text = """
            # kuayu.yaml — paths are relative to this file. Everything here may be left out but hubs.
            gateway: {number: 0}                          # 0 to 99, the first two of the seven digits of case ids
            listen: {address: 127.0.0.1, port: 8443}      # hubs, mutual TLS       (KUAYU_LISTEN_PORT)
            admin: {address: 127.0.0.1, port: 8480}       # health, metrics, command line; plain HTTP, loopback only
            store: var/kuayu.sqlite                       # everything acknowledged (KUAYU_STORE)
            regions: regions                              # adapters and agreements (KUAYU_REGIONS)
            tls: {certificate: certs/gateway.pem, key: certs/gateway.key.pem, authority: certs/authority.pem}
            # denied: ["4F2A…"]                           # serial numbers of certificates, as `kuayu certs show` prints them
            receipts: {key: certs/receipts.key.pem}       # Ed25519, signs receipts (KUAYU_RECEIPT_KEY)
            hubs:
              "310000": {url: "https://127.0.0.1:9310"}
              "320000": {url: "https://127.0.0.1:9320"}
              "330000": {url: "https://127.0.0.1:9330", secretFile: certs/zj-secret}
              "340000": {directory: var/hubs/340000}      # or sftp: {host, port, user, privateKey, publicKey, hostKey, root}
            # rules: {yellowPercent: 20, reminderLead: 3 workday, noticeWorkdays: 5}    # warnings and reminders
            # licences: {url: "https://127.0.0.1:9400", name: 电子证照库}               # where licences are looked up
            # pace: {retryBase: 2s, retryCap: 15m, probeBase: 30s, probeCap: 5m, pull: 30s, files: 10s, slots: 8, perSecond: 50, look: 30s}
            """
    }
}
