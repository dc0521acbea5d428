BeforeAll { . $PSScriptRoot/DatabaseSetup.ps1 }
AfterAll { Close-CqliteDatabase -All }

Describe 'Get-CqliteMetric' {
    It 'counts writes and measures queries' {
        Invoke-CqlQuery 'INSERT INTO shop.orders (id) VALUES (1)'
        (Get-CqliteMetric cqlite_writes_total).Value | Should -BeGreaterThan 0
        (Get-CqliteMetric cqlite_query_response_time_p99).Value | Should -BeGreaterThan 0
        (Get-CqliteMetric cqlite_file_integrity_status).Value | Should -Be 1
    }

    It 'gives the text of Prometheus' {
        $text = Get-CqliteMetric -Prometheus
        $text | Should -Match '(?m)^# TYPE cqlite_writes_total counter$'
        $text | Should -Match '(?m)^cqlite_storage_usage_gb [0-9.E-]+$'
    }

    It 'has an error for a metric that is not there' {
        Get-CqliteMetric nope -ErrorAction SilentlyContinue -ErrorVariable failed
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'PathNotFound,*'
    }
}
