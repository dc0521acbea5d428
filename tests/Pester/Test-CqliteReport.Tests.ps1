BeforeAll {
    . $PSScriptRoot/MigrationSetup.ps1
    $Copy = New-CqliteDatabase $Work/copy
    Copy-CassandraTable app.altered, app.hits -Connection $Cluster -Database $Copy
    $null = Test-CqliteMigration $Cluster $Copy -Table app.altered, app.hits -ReportPath $Work/report.json
    $null = Test-CqliteMigration $Cluster $Copy -Table app.altered, app.hits -Certificate $Work/certificate.json
}
AfterAll { Close-Migration }

Describe 'Test-CqliteReport' {
    It 'says whether a report passed' {
        $result = Test-CqliteReport $Work/report.json
        $result.Passed | Should -BeTrue
        $result.IsCertificate | Should -BeFalse
        $result.Seal, $result.Source, $result.Target | Should -Be 'NotChecked', 'NotChecked', 'NotChecked'
        $result.Report.Tables.Table | Should -Be 'altered', 'hits'
        (Get-Item $Work/*.json | Test-CqliteReport).Count | Should -Be 2
    }

    It 'verifies a certificate again: text, source and target' {
        $result = Test-CqliteReport $Work/certificate.json
        $result.Passed | Should -BeTrue
        $result.Seal, $result.Source, $result.Target | Should -Be 'Passed', 'Passed', 'Passed'
        $result | Out-String | Should -Match 'IsCertificate *: True'
    }

    It 'finds a text that was changed' {
        (Get-Content $Work/certificate.json -Raw) -replace '"sourceRows": 10', '"sourceRows": 11' | Set-Content $Work/forged.json
        $result = Test-CqliteReport -LiteralPath $Work/forged.json -SealOnly
        $result.Seal | Should -Be 'Failed'
        $result.Passed | Should -BeFalse
    }

    It 'finds a side that was changed, wherever it is now' {
        $other = New-CqliteDatabase $Work/other
        Copy-CassandraTable app.altered, app.hits -Connection $Cluster -Database $other
        Invoke-CqlQuery 'DELETE FROM app.altered WHERE k = 1' -Database $other
        $result = Test-CqliteReport $Work/certificate.json -Target $other
        $result.Target | Should -Be 'Failed'
        ($result.TargetTables | Where-Object Status -EQ Failed).Table | Should -Be 'altered'
        $result.Passed | Should -BeFalse
        Close-CqliteDatabase $other
    }

    It 'does not pass where a side can''t be read again' {
        $text = (Get-Content $Work/certificate.json -Raw) | ConvertFrom-Json
        Disconnect-Cassandra $Cluster
        $result = Test-CqliteReport $Work/certificate.json -WarningVariable said -WarningAction SilentlyContinue
        $result.Source, $result.Status | Should -Be 'NotChecked', 'NotChecked'
        $result.NotChecked | Should -Match $text.source.clusterName
        $said | Should -Match '-SealOnly'
        (Test-CqliteReport $Work/certificate.json -SealOnly).Passed | Should -BeTrue
    }

    It 'refuses what is no report, and goes on with the others' {
        Set-Content $Work/none.json '{}'
        $result = Test-CqliteReport $Work/none.json, $Work/report.json, $Work/missing.json -ErrorVariable problem -ErrorAction SilentlyContinue
        $result.Path | Should -Be (Get-Item $Work/report.json).FullName
        $problem.FullyQualifiedErrorId | Should -Be 'CorruptData,CqlitePS.Commands.TestCqliteReportCommand', 'PathNotFound,CqlitePS.Commands.TestCqliteReportCommand'
    }
}
