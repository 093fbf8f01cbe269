import Foundation

/// The folders of a file region: `out/`, `in/`, `done/`.
struct HubFolder {
    let root: String

    func prepare() throws {
        for name in ["out", "in", "done"] {
            try FileManager.default.createDirectory(atPath: root + "/" + name, withIntermediateDirectories: true)
        }
    }

    /// Under a temporary name first, so that nobody sees half a file.
    func write(_ bytes: [UInt8], _ path: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: root + "/" + path), options: .atomic)
    }

    func read(_ path: String) -> [UInt8]? { FileManager.default.contents(atPath: root + "/" + path).map { Array($0) } }

    func names(_ folder: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: root + "/" + folder)) ?? [])
            .filter { !$0.hasPrefix(".") }.sorted()
    }

    /// Seconds since a file was written.
    func age(_ path: String) -> Double {
        let date = (try? FileManager.default.attributesOfItem(atPath: root + "/" + path))?[.modificationDate] as? Date
        return date.map { -$0.timeIntervalSinceNow } ?? 0
    }

    func move(_ path: String, to target: String) {
        try? FileManager.default.removeItem(atPath: root + "/" + target)
        try? FileManager.default.moveItem(atPath: root + "/" + path, toPath: root + "/" + target)
    }
}
