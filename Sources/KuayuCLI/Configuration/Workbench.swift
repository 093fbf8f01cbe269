import Foundation
package import KuayuAdapters
package import KuayuGateway
package import KuayuModel

/// What the benchmark borrows, so that it measures the adapters, agreements and certificates that a gateway really runs
/// with.
package enum Workbench {
    /// The files of an adapter folder.
    package static func adapterFiles(_ folder: String) throws -> AdapterFiles { try AdapterFolder.read(folder) }

    /// The federation that a configuration file describes; throws with every problem of the file.
    package static func federation(configuration path: String) throws -> Federation {
        let (configuration, problems) = try ConfigurationSources.load(path: path, environment: [:])
        guard problems.isEmpty else {
            throw CommandFailure(
                problems.map { $0.text(file: path) }.joined(separator: "\n"), help: "mend the configuration")
        }
        return try FederationLoader(configuration: configuration).load().federation
    }

    /// A test authority with the gateway's certificate, its receipt key and the hubs' certificates, valid for a day.
    package static func makeCertificates(in folder: String, hubs: [RegionCode]) throws {
        let certificates = CertificateFolder(folder: folder)
        try certificates.initialize(days: 1)
        for region in hubs { try certificates.issueHub(region.text, days: 1) }
    }

    /// A port of 127.0.0.1 that was free a moment ago.
    package static func freePort() throws -> Int { try FreePort.find() }

    /// Columns for people, padded by display width.
    package static func table(_ header: [String], _ rows: [[String]]) -> String {
        var table = TextTable(header)
        for row in rows { table.add(row) }
        return table.text
    }
}
