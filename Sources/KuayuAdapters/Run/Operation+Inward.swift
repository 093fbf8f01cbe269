import KuayuFormats
import KuayuModel

extension Operation {
    /// Local text → canonical text.
    func inward(_ bytes: ArraySlice<UInt8>, tables: [CodeTable]) -> Inward {
        switch self {
        case .text(let max): Self.readText(bytes, max: max)
        case .int: Self.readInt(bytes)
        case .decimal: Self.readDecimal(bytes)
        case .bool(let yes, let no): Self.readBool(bytes, yes: yes, no: no)
        case .code(let table): Self.readCode(bytes, tables[table])
        case .date(let patterns, let unset): Self.readMoment(bytes, patterns, unset, isDate: true)
        case .datetime(let patterns, let unset): Self.readMoment(bytes, patterns, unset, isDate: false)
        case .epoch(let unit, let acceptsSeconds, let unset):
            Self.readEpoch(bytes, unit, acceptsSeconds: acceptsSeconds, unset)
        case .id(let kind): Self.readIdentity(bytes, kind)
        case .digest(let prefix): Self.readDigest(bytes, prefix)
        case .division(let spelling): DivisionNames.read(bytes, spelling)
        case .hex: Self.readEncoded(bytes, name: "hexadecimal", decode: ByteCodes.hexDecoded)
        case .base64: Self.readEncoded(bytes, name: "base64", decode: ByteCodes.base64Decoded)
        case .fold(let kind): .made(Folding.fold(bytes, kind))
        case .texts(let separator): Self.readTexts(bytes, separator)
        }
    }

    private static func fault(_ code: String, _ reason: String, _ help: String) -> Inward {
        .fault(OperationFault(code: code, reason: reason, help: help))
    }

    private static func readText(_ bytes: ArraySlice<UInt8>, max: Int?) -> Inward {
        if let max, characterCount(bytes) > max {
            return fault("value.length", "is longer than \(max) characters", "Shorten it; nothing is cut off.")
        }
        return .value(bytes)
    }

    /// Unicode scalars of a UTF-8 text.
    static func characterCount(_ bytes: some Sequence<UInt8>) -> Int {
        bytes.reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) }
    }

    private static func readInt(_ bytes: ArraySlice<UInt8>) -> Inward {
        var digits = bytes
        let isNegative = digits.first == UInt8(ascii: "-")
        if isNegative || digits.first == UInt8(ascii: "+") { digits = digits.dropFirst() }
        if let point = digits.firstIndex(of: UInt8(ascii: ".")), point > digits.startIndex {
            guard digits[(point + 1)...].allSatisfy({ $0 == 0x30 }) else { return notInteger() }
            digits = digits[..<point]
        }
        guard !digits.isEmpty, digits.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return notInteger() }
        digits = digits.drop { $0 == 0x30 }
        if digits.isEmpty { return .made([0x30]) }
        guard digits.count <= 18 else { return fault("value.int", "has too many digits", "Write at most 18 digits.") }
        return isNegative ? .made([UInt8(ascii: "-")] + digits) : .value(digits)
    }

    private static func notInteger() -> Inward {
        fault("value.int", "is not a whole number", "Write digits only.")
    }

    private static func readDecimal(_ bytes: ArraySlice<UInt8>) -> Inward {
        var whole = bytes
        let isNegative = whole.first == UInt8(ascii: "-")
        if isNegative { whole = whole.dropFirst() }
        var fraction: ArraySlice<UInt8> = []
        if let point = whole.firstIndex(of: UInt8(ascii: ".")) {
            fraction = whole[(point + 1)...]
            whole = whole[..<point]
            while fraction.count > 2, fraction.last == 0x30 { fraction = fraction.dropLast() }
        }
        guard !whole.isEmpty, whole.count <= 15, fraction.count <= 2,
            whole.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), fraction.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 })
        else {
            return fault("value.decimal", "is not an amount with at most two fraction digits", "Write it like 120.50.")
        }
        whole = whole.drop { $0 == 0x30 }
        var out: [UInt8] = isNegative ? [UInt8(ascii: "-")] : []
        out += whole.isEmpty ? [0x30] : Array(whole)
        out.append(UInt8(ascii: "."))
        out += fraction
        for _ in fraction.count..<2 { out.append(0x30) }
        return .made(out)
    }

    private static func readBool(_ bytes: ArraySlice<UInt8>, yes: [UInt8]?, no: [UInt8]?) -> Inward {
        if let yes, let no {
            if bytes.elementsEqual(yes) { return .made(trueText) }
            if bytes.elementsEqual(no) { return .made(falseText) }
            let shown = "\(String(decoding: yes, as: UTF8.self)) or \(String(decoding: no, as: UTF8.self))"
            return fault("value.bool", "is neither of its two spellings", "Write \(shown).")
        }
        if bytes.elementsEqual(trueText) || isByte(bytes, 0x31) { return .made(trueText) }
        if bytes.elementsEqual(falseText) || isByte(bytes, 0x30) { return .made(falseText) }
        return fault("value.bool", "is neither true nor false", "Write true or false.")
    }

    private static func isByte(_ bytes: ArraySlice<UInt8>, _ byte: UInt8) -> Bool {
        bytes.count == 1 && bytes.first == byte
    }

    static let trueText = Array("true".utf8)
    static let falseText = Array("false".utf8)

    private static func readCode(_ bytes: ArraySlice<UInt8>, _ table: CodeTable) -> Inward {
        if let canonical = table.inward(bytes) { return .text(canonical) }
        return fault(
            "code.unknown", "is not in the table `\(table.name)`",
            "Send one of its codes, or add the code to the table; unknown codes are never guessed.")
    }

    private static func readMoment(
        _ bytes: ArraySlice<UInt8>, _ patterns: [DateTimeFormat], _ unset: [[UInt8]], isDate: Bool
    ) -> Inward {
        if unset.contains(where: { bytes.elementsEqual($0) }) { return .absent }
        for pattern in patterns {
            guard let time = pattern.parse(bytes) else { continue }
            var out: [UInt8] = []
            out.reserveCapacity(25)
            // The canonical spelling has no fraction: it is dropped here.
            (isDate ? DateTimeFormat.date : DateTimeFormat.canonical).append(time, to: &out)
            return .made(out)
        }
        let spellings = patterns.map(\.pattern).joined(separator: " or ")
        return fault(
            isDate ? "value.date" : "value.datetime", "is not a moment in the spelling \(spellings)",
            "Check the date and its spelling.")
    }

    private static func readEpoch(
        _ bytes: ArraySlice<UInt8>, _ unit: EpochUnit, acceptsSeconds: Bool, _ unset: [[UInt8]]
    ) -> Inward {
        if unset.contains(where: { bytes.elementsEqual($0) }) { return .absent }
        guard let number = Int64(String(decoding: bytes, as: UTF8.self)) else {
            return fault(
                "value.epoch", "is not a number of \(unit.plural)",
                "Write the \(unit.plural) since 1970-01-01T00:00:00Z, digits only.")
        }
        let isSeconds = unit == .seconds || (acceptsSeconds && number.magnitude < 100_000_000_000)
        let instant = isSeconds ? Instant(epochSeconds: number) : Instant(epochMilliseconds: number).wholeSecond
        guard abs(instant.epochSeconds) < epochLimit else {
            return fault("value.epoch", "is outside the calendar", "Check the unit: this format counts \(unit.plural).")
        }
        return .text(instant.canonical)
    }

    /// Seconds of the year 9999, with a day to spare for the zone.
    private static let epochLimit: Int64 = 253_402_200_000

    private static func readIdentity(_ bytes: ArraySlice<UInt8>, _ kind: IdentityKind) -> Inward {
        // Most numbers are written as they should be: nothing to fold.
        if bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !(0x61...0x7A).contains($0) }) {
            return identityFault(Array(bytes), kind).map { .fault($0) } ?? .value(bytes)
        }
        let text = Folding.fold(bytes, .width).filter { $0 != 0x20 }
        let folded = kind == .licence ? text : Folding.fold(text[...], .upper)
        guard let fault = identityFault(folded, kind) else { return .made(folded) }
        return .fault(fault)
    }

    private static let idNumber = Field.named("applicant.idNumber")

    static func identityFault(_ bytes: [UInt8], _ kind: IdentityKind) -> OperationFault? {
        let text = String(decoding: bytes, as: UTF8.self)
        let idType: String
        switch kind {
        case .gb11643: idType = "111"
        case .gb32100: idType = "USCC"
        // Licence numbers and `auto` are checked with their case, where the type is known.
        case .licence, .auto: return nil
        }
        guard let problem = CaseValidation.problem(in: text, of: idNumber, idType: idType), problem.severity == .error
        else { return nil }
        let reason = kind == .gb11643 ? "is no citizen number" : "is no credit code"
        return OperationFault(code: problem.code, reason: reason, help: problem.help)
    }

    private static func readDigest(_ bytes: ArraySlice<UInt8>, _ prefix: String) -> Inward {
        let length = prefix == "md5" ? 32 : 64
        let hex = Folding.fold(bytes, .lower)
        guard hex.count == length, hex.allSatisfy(ByteCodes.isHexDigit) else {
            return fault(
                "value.digest", "is not \(length) hexadecimal digits",
                "Send the whole \(prefix) digest of the file, or leave it out.")
        }
        return .made(Array("\(prefix):".utf8) + hex)
    }

    private static func readEncoded(
        _ bytes: ArraySlice<UInt8>, name: String, decode: (ArraySlice<UInt8>) -> [UInt8]?
    ) -> Inward {
        guard let decoded = decode(bytes), String(validating: decoded, as: UTF8.self) != nil else {
            return fault(
                "value.encoding", "is not the \(name) spelling of a UTF-8 text",
                "Encode the UTF-8 bytes of the text, all of them.")
        }
        return decoded.isEmpty ? .absent : .made(decoded)
    }

    private static func readTexts(_ bytes: ArraySlice<UInt8>, _ separator: [UInt8]) -> Inward {
        let parts = ByteCodes.split(bytes, by: separator)
            .map { Folding.trim($0) }.filter { !$0.isEmpty }
        if parts.isEmpty { return .absent }
        guard !bytes.contains(0x0A) || separator == [0x0A] else {
            return fault("value.texts", "holds a line break inside an entry", "Send it as several entries.")
        }
        return .made(Array(parts.joined(separator: [0x0A])))
    }
}
