import ArgumentParser
import Foundation
import KuayuCrypto
import KuayuModel

struct CertsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "certs", abstract: "证书 — a test authority, certificates of hubs, and what is in a certificate.",
        subcommands: [Init.self, Issue.self, Show.self])

    struct Init: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "建立测试机构 — makes a test authority, the gateway's certificate and its receipt key.",
            discussion: """
                Example:
                  kuayu certs init --folder certs
                For demonstrations and tests. A real federation brings the certificates of its own authority.
                """)
        @Option(help: "目录 — where the files go.") var folder = "certs"
        @Option(help: "有效天数 — how long they are valid.") var days = 30

        func run() throws {
            try CertificateFolder(folder: folder).initialize(days: days)
            print("\(folder): authority.pem gateway.pem receipts.pub.pem (and their keys, readable by you only)")
        }
    }

    struct Issue: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "签发 — issues the certificate of a hub.",
            discussion: """
                Example:
                  kuayu certs issue 320000 --folder certs
                """)
        @Argument(help: "区域代码 — the hub's region, 6 digits.") var region: String
        @Option(help: "目录 — where the authority is.") var folder = "certs"
        @Option(help: "有效天数 — how long it is valid.") var days = 30

        func run() throws {
            try CertificateFolder(folder: folder).issueHub(region, days: days)
            print("\(folder)/hub-\(region).pem")
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "查看 — what is in a certificate.",
            discussion: """
                Example:
                  kuayu certs show certs/gateway.pem
                """)
        @Argument(help: "PEM 文件 — the certificate.") var file: String
        @Flag(help: "输出 JSON — for programs.") var json = false

        func run() throws {
            guard let data = FileManager.default.contents(atPath: file) else {
                throw CommandFailure("\(file) cannot be read", help: "name a PEM certificate")
            }
            let summary = try CertificateSummary(pem: String(decoding: data, as: UTF8.self))
            let facts: [(String, String)] = [
                ("subject", summary.subject), ("issuer", summary.issuer),
                ("uris", summary.names.uris.joined(separator: " ")), ("serial", summary.serial),
                ("notBefore", Self.time(summary.notBefore)), ("notAfter", Self.time(summary.notAfter)),
                ("fingerprint", summary.fingerprint), ("pin", summary.pin),
            ]
            if json {
                print(JSONOutput.object(facts.map { ($0.0, .text($0.1)) }).line)
            } else {
                var table = TextTable(["field", "value"])
                for fact in facts { table.add([fact.0, fact.1]) }
                print(table.text)
            }
        }

        private static func time(_ seconds: Int) -> String { Instant(epochSeconds: Int64(seconds)).canonical }
    }
}
