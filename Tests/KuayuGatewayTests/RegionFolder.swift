import Foundation
import KuayuAdapters
import KuayuModel
import Testing

/// The adapters of this repository.
enum RegionFolder {
    /// The adapter of a region, compiled.
    ///
    /// - Parameter change: what a test makes of each line of its rules.
    static func adapter(_ region: RegionCode, changing change: (String) -> String = { $0 }) throws -> Adapter {
        var files = try files(region)
        let rules = String(decoding: try #require(files["adapter.yaml"]), as: UTF8.self)
        let lines = rules.split(separator: "\n", omittingEmptySubsequences: false).map { change(String($0)) }
        files["adapter.yaml"] = Array(lines.joined(separator: "\n").utf8)
        return try #require(Adapter.compile(AdapterFiles(files: files)).adapter)
    }

    /// Where it is.
    static func path(_ region: RegionCode) -> String {
        var folder = URL(fileURLWithPath: #filePath)
        for _ in 0..<3 { folder.deleteLastPathComponent() }
        return folder.path + "/regions/" + region.text
    }

    /// The folder of a region without its samples.
    private static func files(_ region: RegionCode) throws -> [String: [UInt8]] {
        let folder = path(region)
        var files: [String: [UInt8]] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: folder) where !name.hasPrefix("samples") {
            if let data = FileManager.default.contents(atPath: folder + "/" + name) { files[name] = Array(data) }
        }
        return files
    }
}
