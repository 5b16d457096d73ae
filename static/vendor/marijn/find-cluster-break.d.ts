export * from '@marijn/find-cluster-break'
