import Foundation

/// Arguments that make no sense.
struct UsageError: Error {
    let message: String

    init(_ message: String) { self.message = message }
}

/// `--name value` pairs and flags, and nothing else.
struct Arguments {
    private var values: [String: String] = [:]
    private var flags: Set<String> = []

    /// Reads arguments; `names` take a value, `known` flags do not.
    ///
    /// `--json`, `--regions` and `--folder` are always known.
    init(_ arguments: ArraySlice<String>, names: Set<String>, flags known: Set<String> = []) throws(UsageError) {
        var rest = arguments
        while let name = rest.popFirst() {
            if known.contains(name) || name == "--json" {
                flags.insert(name)
            } else if names.contains(name) || name == "--regions" || name == "--folder" {
                guard let value = rest.popFirst() else { throw UsageError("\(name) needs a value") }
                values[name] = value
            } else {
                throw UsageError("\(name) is not known here")
            }
        }
    }

    func has(_ flag: String) -> Bool { flags.contains(flag) }

    func text(_ name: String) -> String? { values[name] }

    func whole(_ name: String, _ standard: Int, in range: ClosedRange<Int>) throws(UsageError) -> Int {
        guard let text = values[name] else { return standard }
        guard let value = Int(text), range.contains(value) else {
            throw UsageError("\(name) is a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    func number(_ name: String, _ standard: Double, in range: ClosedRange<Double>) throws(UsageError) -> Double {
        guard let text = values[name] else { return standard }
        guard let value = Double(text), range.contains(value) else {
            throw UsageError("\(name) is a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    /// The adapters' folder, absolute.
    var regions: String {
        let path = values["--regions"] ?? "regions"
        return path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    }

    /// Where a benchmark may write; on a disk, because a store in memory would commit for nothing.
    var folder: String {
        let path = values["--folder"] ?? "/var/tmp/kuayu-bench-\(ProcessInfo.processInfo.processIdentifier)"
        return path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    }
}
