//go:build !purego

#include "textflag.h"

// func skipValueSSE(p *byte, n int) int
//
// Sixteen bytes at a time: the smaller of a byte and 0x1f is the byte itself
// for a control character; HTAB is taken out of those and DEL added.
TEXT ·skipValueSSE(SB), NOSPLIT, $0-24
	MOVQ p+0(FP), SI
	MOVQ n+8(FP), CX
	XORQ AX, AX
	MOVQ $0x1f1f1f1f1f1f1f1f, DX
	MOVQ DX, X5
	PUNPCKLQDQ X5, X5
	MOVQ $0x0909090909090909, DX
	MOVQ DX, X6
	PUNPCKLQDQ X6, X6
	MOVQ $0x7f7f7f7f7f7f7f7f, DX
	MOVQ DX, X7
	PUNPCKLQDQ X7, X7

loop:
	MOVOU (SI)(AX*1), X0
	MOVO X0, X1
	PMINUB X5, X1
	PCMPEQB X0, X1
	MOVO X0, X2
	PCMPEQB X6, X2
	PCMPEQB X7, X0
	PANDN X1, X2
	POR X0, X2
	PMOVMSKB X2, DX
	TESTL DX, DX
	JNZ found
	ADDQ $16, AX
	CMPQ AX, CX
	JLT loop
	MOVQ AX, ret+16(FP)
	RET

found:
	BSFL DX, DX
	ADDQ DX, AX
	MOVQ AX, ret+16(FP)
	RET

// func skipTargetSSE(p *byte, n int) int
//
// The smaller of a byte and 0x20 is the byte itself up to the space, the
// greater of it and 0x7f from DEL on.
TEXT ·skipTargetSSE(SB), NOSPLIT, $0-24
	MOVQ p+0(FP), SI
	MOVQ n+8(FP), CX
	XORQ AX, AX
	MOVQ $0x2020202020202020, DX
	MOVQ DX, X5
	PUNPCKLQDQ X5, X5
	MOVQ $0x7f7f7f7f7f7f7f7f, DX
	MOVQ DX, X7
	PUNPCKLQDQ X7, X7

loop:
	MOVOU (SI)(AX*1), X0
	MOVO X0, X1
	PMINUB X5, X1
	PCMPEQB X0, X1
	MOVO X0, X2
	PMAXUB X7, X2
	PCMPEQB X0, X2
	POR X1, X2
	PMOVMSKB X2, DX
	TESTL DX, DX
	JNZ found
	ADDQ $16, AX
	CMPQ AX, CX
	JLT loop
	MOVQ AX, ret+16(FP)
	RET

found:
	BSFL DX, DX
	ADDQ DX, AX
	MOVQ AX, ret+16(FP)
	RET
