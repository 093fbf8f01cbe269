import ArgumentParser
import Foundation

/// `--config` and the flags that override it.
struct ConfigurationOptions: ParsableArguments {
    @Option(name: .shortAndLong, help: "配置文件 — the configuration file.") var config = "kuayu.yaml"
    @Option(help: "监听端口 — port for hubs, in place of the file's.") var listenPort: Int?
    @Option(help: "管理端口 — port for health and the command line, in place of the file's.") var adminPort: Int?
    @Option(help: "数据库文件 — the store, in place of the file's.") var store: String?

    /// The configuration with environment and flags applied; throws with every problem.
    func load() throws -> GatewayConfiguration {
        let loaded = try ConfigurationSources.load(path: config, environment: ProcessInfo.processInfo.environment)
        guard loaded.problems.isEmpty else {
            throw CommandFailure(
                loaded.problems.map { $0.text(file: config) }.joined(separator: "\n"),
                help: "mend the file; kuayu config check shows it again")
        }
        var configuration = loaded.configuration
        if let listenPort { configuration.listen.port = listenPort }
        if let adminPort { configuration.admin.port = adminPort }
        if let store { configuration.store = store }
        return configuration
    }
}
