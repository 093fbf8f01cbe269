import KuayuModel

/// Finds the verdict of each of the ten.
struct TenOnesExaminer {
    let view: BundleView
    /// The main case, if any, then the children.
    let cases: [CaseRecord]

    func check(_ key: TenOnes.Key) -> TenOnes.Check {
        let found: Finding =
            switch key {
            case .oneList: list
            case .oneWindow: window
            case .oneNotice: notice
            case .oneForm: form
            case .oneSet: set
            case .oneSubmission: submission
            case .oneFeedback: feedback
            case .oneDistribution: distribution
            case .oneCounter: counter
            case .oneNumber: number
            }
        return TenOnes.Check(key: key, verdict: found.verdict, chinese: found.chinese, english: found.english)
    }

    private struct Finding {
        let verdict: TenOnes.Verdict
        let chinese: String
        let english: String

        init(_ verdict: TenOnes.Verdict, _ chinese: String, _ english: String) {
            self.verdict = verdict
            self.chinese = chinese
            self.english = english
        }
    }

    // MARK: what the ten have in common

    private var children: [BundleView.Child] { view.children }

    /// Whether nothing more will be asked for or decided.
    private var isDecided: Bool { !children.isEmpty && children.allSatisfy { $0.state.isDecided } }

    /// The theme's children that no case is there for.
    private var absent: [String] {
        let present = Set(children.compactMap { $0.themeChild?.id })
        return view.theme.map { $0.children.map(\.id).filter { !present.contains($0) } } ?? []
    }

    private func names(_ children: [BundleView.Child]) -> String { children.map(\.name).joined(separator: ", ") }

    /// How the values of one field agree over some cases.
    private enum Agreement { case same, different, unknown }

    private func agreement(of field: Field, in cases: [CaseRecord], isOpenWhereAbsent: Bool = true) -> Agreement {
        let values = cases.map { $0[field] }
        let known = Set(values.compactMap { $0 })
        if known.count > 1 { return .different }
        return known.isEmpty || (isOpenWhereAbsent && values.contains(nil)) ? .unknown : .same
    }

    // MARK: the ten

    private var list: Finding {
        guard let theme = view.theme else {
            return Finding(.open, "没有主题，无法对照清单。", "No theme is named, so that there is no list to compare with.")
        }
        let foreign = children.filter { $0.themeChild == nil }
        if !foreign.isEmpty {
            return Finding(
                .notMet, "清单“\(theme.name)”里没有：\(names(foreign))。",
                "Not on the list of \(theme.id): \(names(foreign)).")
        }
        let absent = absent.joined(separator: ", ")
        return absent.isEmpty
            ? Finding(
                .met, "子办件与清单“\(theme.name)”的\(theme.children.count)项一致。",
                "The children are the \(theme.children.count) items on the list of \(theme.id).")
            : Finding(.open, "清单上尚未到达：\(absent)。", "On the list but not arrived: \(absent).")
    }

    private var window: Finding {
        if agreement(of: BundleField.site, in: cases, isOpenWhereAbsent: false) == .different {
            return Finding(.notMet, "从不同网点收件。", "Handed in at different sites.")
        }
        return switch agreement(of: .appliedDivision, in: cases) {
        case .same: Finding(.met, "同一申请地收件。", "Handed in at one place.")
        case .different: Finding(.notMet, "申请地不止一个。", "Handed in at more than one place.")
        case .unknown: Finding(.open, "有子办件未报申请地。", "Not every case says where it was applied for.")
        }
    }

    private var notice: Finding {
        let again = children.filter { $0.record[BundleField.supplements].count > 1 }
        if !again.isEmpty {
            return Finding(
                .notMet, "补正告知不止一次：\(names(again))。", "Told more than once what is missing: \(names(again)).")
        }
        return isDecided
            ? Finding(.met, "每个子办件至多告知一次。", "No child said more than once what was missing.")
            : Finding(.open, "尚有子办件未决定。", "Not every child is decided yet.")
    }

    private var form: Finding {
        var values: [String: String] = [:]
        var different: Set<String> = []
        for row in cases.flatMap({ $0[BundleField.form] }) {
            guard let key = row[BundleField.formKey], let value = row[BundleField.formValue] else { continue }
            if values.updateValue(value, forKey: key).map({ $0 != value }) ?? false { different.insert(key) }
        }
        if !different.isEmpty {
            return Finding(
                .notMet, "同一表单项填写不一致，共\(different.count)项。",
                "Form fields are filled in differently: \(different.count).")
        }
        let without = children.filter { $0.record[BundleField.form].isEmpty }
        if children.isEmpty || !without.isEmpty {
            return Finding(.open, "有子办件没有表单数据。", "Not every child carries the form.")
        }
        return Finding(.met, "所有子办件用同一张表单。", "All children have the same form.")
    }

    private var set: Finding {
        let asking = children.indices.filter { index in view.repeated.contains { $0.asking == index } }
        if !asking.isEmpty {
            let names = names(asking.map { children[$0] })
            return Finding(
                .notMet, "向申请人重复要材料：\(names)。", "Asks for what another child has or was asked for: \(names).")
        }
        if let material = materialHandedInTwice {
            return Finding(
                .notMet, "材料\(material)在子办件之间不是同一份。", "Children have different copies of the material \(material).")
        }
        guard isDecided else { return Finding(.open, "尚有子办件未决定。", "Not every child is decided yet.") }
        let without = children.filter { $0.record[.materials].isEmpty }
        return without.isEmpty
            ? Finding(.met, "一套材料共用，没有重复要件。", "One set of materials served all; nothing was asked for twice.")
            : Finding(.open, "有子办件没有材料数据：\(names(without))。", "No materials are known of: \(names(without)).")
    }

    /// The code of a material of which two cases have different files; its key where it has no code.
    private var materialHandedInTwice: String? {
        var digests: [String: String] = [:]
        for row in cases.flatMap({ $0[.materials] }) {
            guard let id = row[BundleField.materialID], let digest = row[BundleField.materialDigest] else { continue }
            if let known = digests.updateValue(digest, forKey: id), known != digest {
                return row[BundleField.materialCode] ?? id
            }
        }
        return nil
    }

    private var submission: Finding {
        switch agreement(of: BundleField.appliedAt, in: cases, isOpenWhereAbsent: view.main == nil) {
        case .different: Finding(.notMet, "申请时间不一致，不是一次提交。", "Applied for at different times.")
        case .same: Finding(.met, "一次提交。", "Handed in once.")
        case .unknown:
            view.main != nil
                ? Finding(.met, "一件主办件，一次提交。", "Handed in once, as one main case.")
                : Finding(.open, "有子办件未报申请时间。", "Not every case says when it was applied for.")
        }
    }

    private var feedback: Finding {
        guard let main = view.main else {
            return Finding(
                .open, "由枢纽自行拆分，答复由该枢纽汇总。", "Split by its hub, which gathers the answers itself.")
        }
        let state = main.state
        if !state.isFinal {
            return view.isClosed
                ? Finding(.open, "子办件都已办结，正在汇总答复。", "All children have ended; the one answer is being made.")
                : Finding(.open, "尚有子办件未办结。", "Not every child has ended.")
        }
        if !view.isClosed && state == .closed {
            return Finding(.notMet, "子办件未全部办结，主办件已答复。", "The main case was answered before all children had ended.")
        }
        return state == .closed || main.record[BundleField.resultDescription] != nil
            ? Finding(.met, "汇总为一次答复。", "Answered once for all children.")
            : Finding(.open, "主办件已提前结束，没有汇总答复。", "The main case ended early, without an answer for all.")
    }

    private var distribution: Finding {
        var counts: [String: Int] = [:]
        for child in children { if let id = child.themeChild?.id { counts[id, default: 0] += 1 } }
        let twice = (view.theme?.children.map(\.id) ?? []).filter { counts[$0, default: 0] > 1 }.joined(separator: ", ")
        if !twice.isEmpty {
            return Finding(.notMet, "同一事项分办不止一次：\(twice)。", "Handed on more than once: \(twice).")
        }
        let absent = absent.joined(separator: ", ")
        if !absent.isEmpty { return Finding(.open, "尚未分办：\(absent)。", "Not handed on yet: \(absent).") }
        if view.theme == nil || children.isEmpty {
            return Finding(.open, "没有主题，不知应有几项。", "Without a theme it is not known how many there should be.")
        }
        return view.main != nil
            ? Finding(.met, "由主办件一次分办\(children.count)项。", "Fanned out into \(children.count) children at once.")
            : Finding(.met, "枢纽分办\(children.count)项，各一次。", "Its hub handed on \(children.count) children, each once.")
    }

    private var counter: Finding {
        let fields = [BundleField.resultDivision, BundleField.deliveryWay, BundleField.deliveryAddress]
        let agreements = fields.map { agreement(of: $0, in: cases, isOpenWhereAbsent: false) }
        if agreements.contains(.different) {
            return Finding(.notMet, "取件地或取件方式不一致。", "Results are handed out in different places or ways.")
        }
        return agreements[0] == .same || agreements[1] == .same
            ? Finding(.met, "同一处、同一方式出件。", "Results are handed out in one place or way.")
            : Finding(.open, "未报取件地和取件方式。", "It is not known where results are handed out.")
    }

    private var number: Finding {
        if agreement(of: BundleField.applicantNumber, in: cases, isOpenWhereAbsent: false) == .different {
            return Finding(.notMet, "申请人不是同一个。", "The cases are of different applicants.")
        }
        let keys = Set(children.compactMap { $0.record[BundleField.bundleID] })
        let main = view.main.flatMap { $0.record[BundleField.bundleID] ?? $0.caseID?.text }
        let numbers = keys.union(main.map { [$0] } ?? [])
        if numbers.count > 1 { return Finding(.notMet, "一件事编号不止一个。", "There is more than one bundle number.") }
        let isComplete = children.allSatisfy { $0.record[BundleField.bundleID] != nil }
        return numbers.count == 1 && isComplete && !children.isEmpty
            ? Finding(.met, "一个编号可查全部办件。", "One number finds every case.")
            : Finding(.open, "有子办件没有一件事编号。", "Not every case has the number.")
    }
}
