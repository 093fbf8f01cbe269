import Foundation
import KuayuAdapters
import KuayuModel
import Testing

/// The adapters of this repository.
enum RegionFolder {
    /// The adapter of a region, compiled.
    static func adapter(_ region: RegionCode) throws -> Adapter {
        try #require(Adapter.compile(try files(region)).adapter)
    }

    /// Where it is.
    static func path(_ region: RegionCode) -> String {
        var folder = URL(fileURLWithPath: #filePath)
        for _ in 0..<3 { folder.deleteLastPathComponent() }
        return folder.path + "/regions/" + region.text
    }

    /// The folder of a region without its samples.
    private static func files(_ region: RegionCode) throws -> AdapterFiles {
        let folder = path(region)
        var files: [String: [UInt8]] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: folder) where !name.hasPrefix("samples") {
            if let data = FileManager.default.contents(atPath: folder + "/" + name) { files[name] = Array(data) }
        }
        return AdapterFiles(files: files)
    }
}
