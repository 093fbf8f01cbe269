extension CaseDraft {
    // MARK: Item and places

    mutating func writeItem() {
        let item = pick(Items.standard.all)
        record[.catalogCode] = item.catalogCode.text
        record[.itemName] = options.hasHardText && roll(0.2) ? words(max: 200) : item.name
        if roll() { record[.named("item.taskCode")] = taskCode(item.catalogCode.text) }
        record[.mode] = state == .collected ? "collect" : pick(CodeSet.mode.codes)
        if roll(options.richness * 0.5) { record[.named("proactive")] = pick(["true", "false"]) }
    }

    mutating func writePlaces() {
        record[.appliedDivision] = division()
        let count = record[.mode] == "joint" ? draw(2...4) : 1
        for region in CaseDraftPools.regions.shuffled(using: &chance).prefix(count) {
            handling.append(pick(CaseDraftPools.divisions(in: region)).text)
        }
        let divisions = handling
        set(.handling, divisions.map { makeRow(.handling, [.handlingDivision: $0]) })
        if record[.mode] == "collect" || roll(options.richness * 0.3) { writePlace("collected") }
        if roll() { writePlace("result") }
    }

    private mutating func writePlace(_ name: String) {
        record[.named("places.\(name).division")] = division()
        for part in ["unitName", "unitUscc", "unitCode12"] {
            if let field = CaseSchema.v1.field("places.\(name).\(part)"), roll() { record[field] = value(for: field) }
        }
    }

    // MARK: Applicant

    mutating func writeApplicant() {
        let kind = roll(0.5) ? "1" : pick(CodeSet.applicantKind.codes)
        record[.named("applicant.kind")] = kind
        if kind == "1" {
            record[.applicantName] = personName()
            writePerson("applicant")
        } else {
            record[.applicantName] = words(max: 120) + "有限公司"
            record[.named("applicant.idType")] = "USCC"
            record[.named("applicant.idNumber")] = creditCode()
            if roll() { writePerson("applicant.legalRepresentative") }
        }
        guard roll() else { return }
        writePerson("applicant.agent")
        for part in ["mobile", "authority"] where roll() {
            record[.named("applicant.agent.\(part)")] = value(for: .named("applicant.agent.\(part)"))
        }
    }

    private mutating func writePerson(_ path: String) {
        record[.named("\(path).name")] = personName()
        let type = roll(0.8) ? "111" : pick(["414", "511", "516", "990", "154"])
        record[.named("\(path).idType")] = type
        record[.named("\(path).idNumber")] =
            type == "111" ? citizenNumber() : characters(9, of: CaseDraftPools.alphanumeric)
    }

    // MARK: Materials, commitments, form

    mutating func writeMaterials() {
        let list = ListField.materials
        let id = Field.named("materials[].id")
        let pool = CaseDraftPools.alphanumeric
        let never: Set<Field> = [.named("materials[].logistics.sentAt"), .named("materials[].logistics.receivedAt")]
        var rows = (0..<rowCount()).map { number in
            makeRow(list, [id: roll(0.5) ? "M\(number)" : characters(16, of: pool)], never: never)
        }
        for index in rows.indices where roll(options.richness * 0.4) {
            let sent = clock + draw(0...90_000)
            rows[index][.named("materials[].logistics.sentAt")] = TimeText.instant(sent)
            guard roll() else { continue }
            let received = sent + draw(0...400_000)
            rows[index][.named("materials[].logistics.receivedAt")] = TimeText.instant(received)
        }
        set(list, rows)
        let form = ListField.named("form")
        set(form, (0..<rowCount()).map { _ in makeRow(form) })
        writeCommitments()
    }

    private mutating func writeCommitments() {
        let list = ListField.named("commitments")
        let made = Field.named("commitments[].madeAt")
        let due = Field.named("commitments[].dueAt")
        let fulfilled = Field.named("commitments[].fulfilledAt")
        let start = TimeText.seconds(record[.appliedAt]) ?? clock
        let limit = TimeText.seconds(record[.dueAt]) ?? start + 5_000_000
        let rows = (0..<min(rowCount(), 4)).map { number in
            var row = makeRow(list, [made: TimeText.instant(start + number)], never: [due, fulfilled])
            if roll() { row[due] = TimeText.instant(draw(min(start, limit)...limit)) }
            if roll(options.richness * 0.5) {
                let delay = draw(number...1_000_000)
                row[fulfilled] = TimeText.instant(start + delay)
            }
            return row
        }
        set(list, rows)
    }

    // MARK: Numbers and extensions

    mutating func writeOwnNumbers() {
        let schemes = ["310000": "suid", "320000": "ProjectNo", "330000": "projectId", "340000": "SBLSH"]
        var rows: [CaseRow] = []
        for region in CaseDraftPools.regions where roll() {
            rows.append(
                makeRow(
                    .localNumbers,
                    [.localNumberRegion: region, .localNumberScheme: schemes[region] ?? "number"]))
        }
        set(.localNumbers, rows)
        set(.ext, (0..<rowCount()).map { _ in makeRow(.ext) })
    }
}
