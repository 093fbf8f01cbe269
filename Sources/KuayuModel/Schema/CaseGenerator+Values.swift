extension CaseDraft {
    // MARK: Chance

    /// Whether something with the probability of the richness happens.
    mutating func roll() -> Bool { roll(options.richness) }

    /// Whether something of probability `share` happens.
    mutating func roll(_ share: Double) -> Bool { Double.random(in: 0..<1, using: &chance) < share }

    /// A number of the range.
    mutating func draw(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &chance) }

    /// One of several; `items` must not be empty.
    mutating func pick<T>(_ items: [T]) -> T { items[Int.random(in: 0..<items.count, using: &chance)] }

    /// How many rows a list gets: none, a few, now and then many.
    mutating func rowCount() -> Int {
        guard roll() else { return 0 }
        return roll(0.05) ? draw(8...20) : draw(1...3)
    }

    mutating func digits(_ count: Int) -> String { characters(count, of: CaseDraftPools.digits) }

    mutating func characters(_ count: Int, of pool: [Character]) -> String {
        String((0..<count).map { _ in pick(pool) })
    }

    // MARK: Rows

    /// A row with the given columns; required ones are filled, others by chance.
    mutating func makeRow(_ list: ListField, _ fixed: [Field: String] = [:], never: Set<Field> = []) -> CaseRow {
        var row = CaseRow(list)
        for field in CaseSchema.v1.info(list).fields where !never.contains(field) {
            if let value = fixed[field] {
                row[field] = value
            } else if CaseSchema.v1.info(field).isRequired || roll() {
                row[field] = value(for: field)
            }
        }
        return row
    }

    /// Sets the rows of a list; of rows with one key the first stays.
    mutating func set(_ list: ListField, _ rows: [CaseRow]) {
        var seen: Set<[String?]> = []
        record[list] = rows.filter { seen.insert($0.key).inserted }
    }

    // MARK: Values by type

    /// A valid value of a field that no rule ties to another.
    mutating func value(for field: Field) -> String {
        let info = CaseSchema.v1.info(field)
        switch info.type {
        case .text(let max): return text(named: info.localPath, mask: info.mask, max: max)
        case .texts(let max): return texts(max: max)
        case .code(.idType): return pick(["111", "414", "511", "516", "990", "154"])
        case .code(let set): return pick(set.codes)
        case .bool: return pick(["true", "false"])
        case .int(let range): return String(int(range))
        case .decimal: return pick(["0", "0.01", "9999999999999.99", "120.5", "80"])
        case .date: return TimeText.date(clock + draw(-4_000...4_000) * 86_400)
        case .instant: return TimeText.instant(clock + draw(0...5_000_000))
        case .division: return division()
        case .region: return pick(CaseDraftPools.regions)
        case .caseID: return "CSJ20260302" + digits(7)
        case .catalogCode: return pick(Items.standard.all).catalogCode.text
        case .taskCode: return taskCode(pick(Items.standard.all).catalogCode.text)
        case .identityNumber: return citizenNumber()
        case .creditCode: return creditCode()
        case .licenceID: return LicenceIdentifier.synthetic(using: &chance).text
        case .digest: return pick(["sha256:", "sm3:"]) + characters(64, of: CaseDraftPools.hexadecimal)
        }
    }

    private mutating func int(_ range: ClosedRange<Int>) -> Int {
        switch draw(0...9) {
        case 0: range.lowerBound
        case 1: range.upperBound
        default: draw(range.lowerBound...min(range.upperBound, range.lowerBound + 30))
        }
    }

    mutating func taskCode(_ catalogCode: String) -> String { creditCode() + pick(["1", "2", "3", "7"]) + catalogCode }

    mutating func division() -> String {
        let code = pick(Divisions.standard.all).code.text
        return roll(0.05) ? code + digits(6) : code
    }

    mutating func citizenNumber() -> String {
        if roll(0.3) { return pick(CaseDraftPools.citizenNumbers) }
        return CitizenNumber.synthetic(using: &chance).text
    }

    mutating func creditCode() -> String {
        if roll(0.3) { return pick(CaseDraftPools.creditCodes) }
        return CreditCode.synthetic(using: &chance).text
    }

    // MARK: Texts

    private mutating func text(named path: String, mask: MaskKind, max: Int) -> String {
        switch path.split(separator: ".").last ?? "" {
        case "mobile": return "1" + pick(["30", "38", "59", "77", "86", "99"]) + digits(8)
        case "postcode": return digits(6)
        case "email": return characters(int(3...12), of: CaseDraftPools.letters) + "@example.cn"
        case "mediaType": return pick(["application/pdf", "application/ofd", "image/jpeg", "text/xml"])
        case "digest": return pick(["sha256:", "sm3:"]) + characters(64, of: CaseDraftPools.hexadecimal)
        case "licenceId": return LicenceIdentifier.synthetic(using: &chance).text
        case "unitCode12": return digits(12)
        case "handlingCode": return taskCode(pick(Items.standard.all).catalogCode.text) + digits(2)
        case "address": return address(max: max)
        case "number", "serial", "trackingNumber", "paymentNumber", "bundleId":
            return characters(draw(1...min(max, 30)), of: CaseDraftPools.alphanumeric)
        default: return mask == .name ? personName() : words(max: max)
        }
    }

    mutating func personName() -> String {
        if options.hasHardText, roll(0.1) { return pick(CaseDraftPools.longNames) }
        let given = (0..<draw(1...2)).map { _ in hanzi() }.joined()
        let rare = options.hasHardText && options.hasRareCharacters && roll(0.15)
        return pick(CaseDraftPools.surnames) + (rare ? pick(CaseDraftPools.rare) : "") + given
    }

    private mutating func address(max: Int) -> String {
        let place = pick(Divisions.standard.all).name
        return place + pick(["人民路", "滨江大道", "枫桥街"]) + digits(3) + "号" + words(max: Swift.max(1, min(40, max - 40)))
    }

    private mutating func texts(max: Int) -> String {
        let count = roll(0.03) ? max : draw(1...min(4, max))
        return (0..<count).map { _ in words(max: CaseValidation.entryLimit) }.joined(separator: "\n")
    }

    /// Free text of 1 to `max` code points that starts and ends with an ideograph, sometimes exactly as long as allowed.
    mutating func words(max: Int) -> String {
        let length = wordLength(max: max)
        var scalars: [Unicode.Scalar] = []
        while scalars.count < length {
            let wantsFragment = options.hasHardText && !scalars.isEmpty && roll(0.15)
            scalars.append(contentsOf: (wantsFragment ? fragment(max: max) : hanzi()).unicodeScalars)
        }
        scalars.removeLast(scalars.count - length)
        scalars[length - 1] = "毕"
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars)
        return String(text)
    }

    private mutating func wordLength(max: Int) -> Int {
        switch draw(0...19) {
        case 0: 1
        case 1: max
        default: draw(1...min(max, 24))
        }
    }

    private mutating func fragment(max: Int) -> String {
        if max >= 500, roll(0.2) { return "\n" }
        if options.hasRareCharacters, roll(0.25) { return pick(CaseDraftPools.rare) }
        return pick(CaseDraftPools.fragments)
    }

    private mutating func hanzi() -> String { pick(CaseDraftPools.hanzi) }
}
