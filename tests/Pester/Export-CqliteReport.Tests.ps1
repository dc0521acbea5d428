BeforeAll {
    . $PSScriptRoot/Setup.ps1
    $Work = Join-Path (Get-PSDrive TestDrive).Root ([guid]::NewGuid().ToString('N'))
    $null = New-Item -ItemType Directory $Work
    $db = New-CqliteDatabase $Work/db
    Copy-CassandraTable -Keyspace app -SourcePath $Snapshot -Database $db -ReportPath $Work/reports/copy.json
    Export-CassandraTable app.events $Work/export -SourcePath $Snapshot
}
AfterAll { Close-CqliteDatabase -All }

Describe 'Export-CqliteReport' {
    It 'writes a page of the documents of a folder and of an export' {
        $file = Export-CqliteReport $Work/reports, $Work/export $Work/out/report.html -Title 'Tonight <b>' -PassThru
        $page = [xml](Get-Content $file.FullName -Raw)
        $page.html.head.title | Should -Be 'Not checked: Tonight <b>'
        $page.SelectNodes('//section/@id').Value | Should -Contain 'moved'
        $page.SelectNodes('//script | //link | //@src').Count | Should -Be 0
        $page.SelectSingleNode("//section[@id='tables']").InnerText | Should -Match 'app\.events.*Completed'
    }

    It 'writes the judgement as JSON, by the name or by -Format' {
        Get-ChildItem $Work/reports | Export-CqliteReport -Destination $Work/report.json
        $report = Get-Content $Work/report.json -Raw | ConvertFrom-Json
        $report.format | Should -Be 'cqlite-report'
        $report.status | Should -Be 'NotChecked'
        $report.tables.table | Should -Contain 'events'
        Export-CqliteReport $Work/reports/*.json $Work/report.txt -Format Json
        (Get-Content $Work/report.txt -Raw | ConvertFrom-Json).status | Should -Be 'NotChecked'
    }

    It 'warns of what is wrong' {
        $failed = Get-Content $Work/reports/copy.json -Raw | ConvertFrom-Json
        $failed.tables[0].outcome = 'NodeLost'
        $failed | ConvertTo-Json -Depth 9 | Set-Content $Work/failed.json
        Export-CqliteReport $Work/failed.json $Work/failed.html -WarningVariable warned -WarningAction SilentlyContinue
        $warned | Should -BeLike 'Not good: 1 thing is wrong.*'
    }

    It 'overwrites with -Force only, and nothing with -WhatIf' {
        Set-Content $Work/there.html 'mine'
        { Export-CqliteReport $Work/reports $Work/there.html } | Should -Throw -ErrorId 'Storage,*'
        Export-CqliteReport $Work/reports $Work/there.html -Force -WhatIf
        Get-Content $Work/there.html | Should -Be 'mine'
        Export-CqliteReport $Work/reports $Work/there.html -Force
        Get-Content $Work/there.html -TotalCount 1 | Should -Be '<!DOCTYPE html>'
    }

    It 'refuses what it does not understand, and writes nothing then' {
        Set-Content $Work/other.json '{"a":1}'
        { Export-CqliteReport $Work/other.json $Work/none.html } | Should -Throw -ErrorId 'UnsupportedFormat,*'
        Set-Content $Work/bad.json '{"format":"cqlite-validation","x":'
        { Export-CqliteReport -LiteralPath $Work/bad.json $Work/none.html } | Should -Throw -ErrorId 'CorruptData,*'
        { Export-CqliteReport $Work/nowhere.json $Work/none.html } | Should -Throw -ErrorId 'PathNotFound,*'
        Test-Path $Work/none.html | Should -BeFalse
    }
}
