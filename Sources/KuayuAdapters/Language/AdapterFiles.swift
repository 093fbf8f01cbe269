/// The files of one region's folder, read by the caller: this target touches no disk.
public struct AdapterFiles: Sendable {
    /// Path relative to the region's folder (`adapter.yaml`, `codes/status.csv`) → bytes.
    public var files: [String: [UInt8]]

    /// Files by path.
    public init(files: [String: [UInt8]]) {
        self.files = files
    }

    /// Paths that begin with a prefix, sorted.
    public func paths(under prefix: String) -> [String] {
        files.keys.filter { $0.hasPrefix(prefix) }.sorted()
    }

    /// The payload samples: files directly under `samples/` that are neither goldens nor notes, sorted.
    public var samples: [String] {
        paths(under: "samples/").filter { path in
            let name = path.dropFirst("samples/".count)
            return !name.contains("/") && !name.hasSuffix(".case.json") && !name.hasSuffix(".losses.txt")
                && (name.hasSuffix(".json") || name.hasSuffix(".xml") || name.hasSuffix(".txt"))
        }
    }
}
