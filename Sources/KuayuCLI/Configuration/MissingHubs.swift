import Foundation
import KuayuGateway
import KuayuModel
import KuayuSQLite

/// Hubs that have cases in the store and are not in the configuration.
///
/// Deliveries are made for configured hubs only: what happens while a hub is missing never reaches it.
enum MissingHubs {
    /// The hubs that are missing, ascending.
    static func find(
        in store: any CaseStore, beside configuration: GatewayConfiguration
    ) throws(StoreError) -> [KnownHub] {
        try store.read { try $0.knownHubs() }.filter { configuration.hubs[$0.region] == nil }
    }

    /// A warning per missing hub; none where there is no store yet.
    static func warnings(of configuration: GatewayConfiguration) throws -> [ConfigurationProblem] {
        guard FileManager.default.fileExists(atPath: configuration.store) else { return [] }
        do throws(StoreError) {
            let store = try SQLiteStore(path: configuration.store, creates: false)
            return try find(in: store, beside: configuration).map(warning)
        } catch {
            throw CommandFailure("\(configuration.store): \(error)", help: "check the file, or kuayu db verify")
        }
    }

    private static func warning(_ hub: KnownHub) -> ConfigurationProblem {
        let open = hub.openCount == 1 ? "1 delivery to it is" : "\(hub.openCount) deliveries to it are"
        return ConfigurationProblem(
            severity: .warning, line: 0, column: 0, path: "hubs.\(hub.region.text)",
            message: "is missing and has cases in the store; \(open) open, and what happens meanwhile never reaches it",
            help: help(hub))
    }

    /// How to mend it.
    static func help(_ hub: KnownHub) -> String {
        "put the hub back; to hold it, stop its route: kuayu route stop \(hub.region.text) --by NAME"
    }
}
