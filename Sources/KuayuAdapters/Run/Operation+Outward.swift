import KuayuFormats
import KuayuModel

extension Operation {
    /// Canonical text → local text.
    func outward(_ bytes: [UInt8], tables: [CodeTable]) -> Outward {
        switch self {
        case .text(let max):
            if let max, Self.characterCount(bytes) > max {
                return Self.unwritable("is longer than the \(max) characters that the receiving format takes")
            }
            return .bytes(bytes)
        case .int, .fold: return .bytes(bytes)
        case .id(let kind):
            guard let fault = Self.identityFault(bytes, kind) else { return .bytes(bytes) }
            return Self.unwritable(fault.reason)
        case .decimal(let scale): return Self.writeDecimal(bytes, scale: scale)
        case .bool(let yes, let no):
            if bytes == Self.trueText { return .bytes(yes ?? Self.trueText) }
            return .bytes(no ?? Self.falseText)
        case .code(let table):
            if let local = tables[table].outward(bytes[...]) { return .bytes(local) }
            let code = String(decoding: bytes, as: UTF8.self)
            return Self.unwritable("has the code \(code), for which the receiving format has none")
        case .date(let patterns, _), .datetime(let patterns, _): return Self.writeMoment(bytes, patterns)
        case .epoch(let unit, _, _): return Self.writeEpoch(bytes, unit)
        case .digest(let prefix): return Self.writeDigest(bytes, prefix)
        case .division(let spelling): return DivisionNames.write(bytes, spelling)
        case .hex: return .bytes(Array(Hex.encode(bytes).utf8))
        case .base64: return .bytes(Array(Base64.encode(bytes).utf8))
        case .texts(let separator): return Self.writeTexts(bytes, separator)
        }
    }

    static func unwritable(_ reason: String) -> Outward {
        .fault(
            OperationFault(
                code: "canonical.unwritable", reason: reason, help: "The receiving format cannot say it."))
    }

    private static func writeDecimal(_ bytes: [UInt8], scale: Int) -> Outward {
        guard let point = bytes.firstIndex(of: UInt8(ascii: ".")) else {
            return .bytes(scale == 0 ? bytes : bytes + [UInt8(ascii: ".")] + Array(repeating: 0x30, count: scale))
        }
        var fraction = Array(bytes[(point + 1)...])
        while fraction.count > scale {
            guard fraction.last == 0x30 else { return unwritable("has more than \(scale) fraction digits") }
            fraction.removeLast()
        }
        while fraction.count < scale { fraction.append(0x30) }
        return .bytes(Array(bytes[..<point]) + (scale == 0 ? [] : [UInt8(ascii: ".")] + fraction))
    }

    private static func writeMoment(_ bytes: [UInt8], _ patterns: [DateTimeFormat]) -> Outward {
        guard let time = moment(bytes), let pattern = patterns.first else { return unwritable("is not a moment") }
        var out: [UInt8] = []
        pattern.append(time, to: &out)
        return .bytes(out)
    }

    private static func moment(_ bytes: [UInt8]) -> LocalDateTime? {
        // `yyyy-MM-dd` has ten bytes, the canonical instant twenty-five.
        bytes.count == 10 ? DateTimeFormat.date.parse(bytes) : DateTimeFormat.canonical.parse(bytes)
    }

    private static func writeEpoch(_ bytes: [UInt8], _ unit: EpochUnit) -> Outward {
        guard let instant = moment(bytes)?.instant else { return unwritable("is not a moment") }
        let number = unit == .seconds ? instant.epochSeconds : instant.epochMilliseconds
        return .bytes(Array(String(number).utf8))
    }

    private static func writeDigest(_ bytes: [UInt8], _ prefix: String) -> Outward {
        let start = Array("\(prefix):".utf8)
        guard bytes.starts(with: start) else { return unwritable("is not a digest by \(prefix)") }
        return .bytes(Array(bytes[start.count...]))
    }

    private static func writeTexts(_ bytes: [UInt8], _ separator: [UInt8]) -> Outward {
        let parts = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        for part in parts where ByteCodes.split(part, by: separator).count > 1 {
            return unwritable("has an entry that holds the separator of the receiving format")
        }
        return .bytes(Array(parts.joined(separator: separator)))
    }
}
