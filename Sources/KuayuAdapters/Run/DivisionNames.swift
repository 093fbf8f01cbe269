import KuayuModel

/// Divisions as codes or as paths of names.
enum DivisionNames {
    static func read(_ bytes: ArraySlice<UInt8>, _ spelling: Operation.DivisionSpelling) -> Inward {
        spelling.isPath ? readPath(bytes, spelling) : readCode(bytes)
    }

    static func write(_ bytes: [UInt8], _ spelling: Operation.DivisionSpelling) -> Outward {
        guard spelling.isPath else { return .bytes(bytes) }
        let text = String(decoding: bytes, as: UTF8.self)
        guard text.utf8.count == 6, let code = RegionCode(text), let path = Divisions.standard.path(code) else {
            return Operation.unwritable("is a division without a name in the table")
        }
        // Old codes share their path with the division that took over.
        guard pathCodes[path] == text else {
            return Operation.unwritable("is a division whose name now means another")
        }
        return .bytes(Array(path.utf8))
    }

    private static func readCode(_ bytes: ArraySlice<UInt8>) -> Inward {
        let isNumeric = bytes.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
        guard isNumeric, bytes.count == 6 || bytes.count == 12 else {
            return fault("is not 6 or 12 digits", "Write the GB/T 2260 code: 310000.")
        }
        if bytes.count == 12, bytes.suffix(6).allSatisfy({ $0 == 0x30 }) { return .value(bytes.prefix(6)) }
        return .value(bytes)
    }

    private static func readPath(_ bytes: ArraySlice<UInt8>, _ spelling: Operation.DivisionSpelling) -> Inward {
        let text = String(decoding: bytes, as: UTF8.self)
        if let code = pathCodes[text] { return .text(code) }
        let steps = text.split(separator: "/").map(String.init).filter { !spelling.skip.contains($0) }
        let joined = steps.joined(separator: "/")
        if let code = pathCodes[joined] { return .text(code) }
        var resolution = Divisions.standard.resolve(path: joined)
        if resolution.code == nil, let within = spelling.within.flatMap({ RegionCode($0) }) {
            let inside = Divisions.standard.resolve(name: joined, within: within)
            if inside.code != nil { resolution = inside }
        }
        switch resolution {
        case .found(let code): return .text(code.text)
        case .ambiguous:
            return fault("is the name of several divisions", "Write the path from the province: 浙江省/舟山市/普陀区.")
        case .unknown: return fault("is no division of the table", "Write the path from the province: 浙江省/舟山市/普陀区.")
        }
    }

    private static func fault(_ reason: String, _ help: String) -> Inward {
        .fault(OperationFault(code: "value.division", reason: reason, help: help))
    }

    /// Full paths of every division; where an old code and its successor share one, the one in force has it.
    private static let pathCodes: [String: String] = {
        var codes: [String: String] = [:]
        let all = Divisions.standard.all
        for division in all.filter(\.isInForce) + all.filter({ !$0.isInForce }) {
            guard let path = Divisions.standard.path(division.code), codes[path] == nil else { continue }
            codes[path] = division.code.text
        }
        return codes
    }()
}
