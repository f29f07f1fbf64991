# Failures provoked, and remedies tried
#
# The series of the training log that shows each failure, with remedies. Thick: mean over seeds
# at steps that all have; thin: each seed. Series of every step are means over 5 steps, held-out
# accuracy is as it was measured. Upright: the median step of the detector that fails the run
# earliest. rl-too-fast, RL at 30 times the registered rate, 4 seeds: length explosion at the
# start, step 5, 3/4; dead groups, step 5.5, 4/4; reward drop, step 8, 4/4; entropy collapse at
# the start, step 9.5, 2/4; entropy collapse, step 13, 1/4; length explosion, step 22, 1/4,
# accuracy 0 % [0 %, 0.7 %]. Remedy: rl-half, the registered rate: nothing, accuracy 47.1 %
# [16.8 %, 79.7 %]. rl-fast, RL at 5 times the registered rate, 4 seeds: length explosion at the
# start, step 6, 1/4; reward drop, step 9.5, 2/4; dead groups, step 42, 4/4; length collapse,
# step 71, 1/4; entropy collapse, step 134, 1/4; entropy explosion (warns), step 7, 1/4,
# accuracy 4.9 % [0.2 %, 59.3 %]. Remedy: rl-fast-kl, KL penalty 0.1 at that rate: reward drop
# at the start, step 9, 2/4; entropy explosion, step 44.5, 4/4, accuracy 11.2 % [7.3 %, 16.9 %];
# or rl-half, the registered rate: nothing, accuracy 47.1 % [16.8 %, 79.7 %]. rl-long, RL with
# 0.05 of reward for each token, 4 seeds: reward drop, step 19.5, 4/4; length explosion, step
# 19.5, 4/4; entropy explosion, step 24.5, 2/4; dead groups, step 25.5, 4/4, accuracy 0 % [0 %,
# 0.7 %]. Remedy: rl-half, no such reward: nothing, accuracy 47.1 % [16.8 %, 79.7 %]. rl-stale,
# RL with 8 unclipped updates for each batch of rollouts, 4 seeds: reward drop at the start,
# step 7, 1/4; length collapse, step 20, 1/4; reward drop, step 29, 1/4; dead groups, step 32,
# 3/4; entropy collapse, step 38, 1/4, accuracy 8.5 % [2.4 %, 26.6 %]. Remedy: rl-fresh, one
# update, as many rollouts: nothing, accuracy 37.7 % [16.6 %, 64.7 %]. sft-few, SFT on 10
# demonstrations for 200,000 tokens, 4 seeds: nothing, accuracy 18.3 % [15.8 %, 21.1 %]. Remedy:
# sft-few-short, 20,000 tokens: nothing, accuracy 23.3 % [18.4 %, 29.1 %]. srft-wrong, SRFT with
# half of the demonstrations wrong and rewarded, 4 seeds: entropy explosion at the start
# (warns), step 10, 3/4; reward drop at the start (warns), step 14.5, 2/4; reward drop (warns),
# step 20, 2/4; entropy explosion (warns), step 21, 1/4; dead groups (warns), step 40, 4/4;
# entropy collapse (warns), step 113.5, 2/4, accuracy 39.1 % [10.5 %, 77.7 %]. Remedy:
# srft-wrong-verified, verified rewards: length explosion, step 103, 1/4; entropy explosion at
# the start (warns), step 9, 3/4; reward drop at the start (warns), step 15, 1/4; entropy
# explosion (warns), step 19, 1/4; reward drop (warns), step 25, 3/4; dead groups (warns), step
# 36.5, 4/4; entropy collapse (warns), step 135, 1/4, accuracy 28.6 % [8.4 %, 63.7 %].
# Accuracies are held-out, at the end, with 95 % intervals over seeds (t on the logit). x/n: in
# x of n seeds.
#
# Run in this folder, gnuplot 5.4 or newer:  gnuplot signatures.gp
# It reads signatures.tsv and writes signatures.svg and signatures.pdf.

set encoding utf8
do for [format in 'svg pdf'] {
  if (format eq 'svg') {
    set terminal svg size 486,289 fixed enhanced font 'Liberation Sans,9' dashlength 2 name 'f_signatures' background '#ffffff'
    text_column = 7
  } else {
    set terminal pdfcairo size 486./72,289./72 enhanced font 'Liberation Sans,9' fontscale 0.75 linewidth 2 dashlength 3.636 background '#ffffff'
    # 8: characters that a PDF's fonts may lack are boxes; 7: as they are, as in the SVG
    text_column = 8
  }
  set output 'signatures.'.format
  set multiplot

  # panel 1
  reset
  set datafile separator "\t"
  set lmargin at screen 0.06403
  set rmargin at screen 0.31481
  set bmargin at screen 0.56228
  set tmargin at screen 0.89965
  set border 15 linewidth 0.5
  set xrange [0:110.21000000000001]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('0' 0, '50' 50, '100' 100)
  set yrange [0:0.7951453920678182]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('0.0' 0, '0.2' 0.2, '0.4' 0.4, '0.6' 0.6)
  set label 'rl-too-fast' at screen 0.18942,0.92388 center noenhanced front
  set label 'step' at screen 0.18942,0.49654 center noenhanced front
  set label 'rollout entropy (nats)' at screen 0.01646,0.73097 center rotate by 90 noenhanced front
  unset colorbox
  set arrow from screen 0.12907,0.97059 to screen 0.16611,0.97059 nohead linewidth 0.8 linecolor rgb '#808080' dashtype (1.2,1.6)
  set label 'first failure found' at screen 0.17434,0.97059 left font ',8' noenhanced front
  set arrow from screen 0.32071,0.97059 to screen 0.35774,0.97059 nohead linewidth 1.3 linecolor rgb '#d55e00' dashtype solid
  set label 'provoked' at screen 0.36598,0.97059 left font ',8' noenhanced front
  set arrow from screen 0.51235,0.97059 to screen 0.54938,0.97059 nohead linewidth 1.3 linecolor rgb '#0072b2' dashtype (5,2)
  set label 'remedy tried' at screen 0.55761,0.97059 left font ',8' noenhanced front
  set arrow from screen 0.70398,0.97059 to screen 0.74102,0.97059 nohead linewidth 1.3 linecolor rgb '#56b4e9' dashtype (1.2,1.6)
  set label 'second remedy' at screen 0.74925,0.97059 left font ',8' noenhanced front
  plot 'signatures.tsv' index 0 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'signatures.tsv' index 1 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'signatures.tsv' index 2 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'signatures.tsv' index 3 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'signatures.tsv' index 4 using 1:2 with lines linewidth 0.4 linecolor rgb '#8cc0dc' dashtype solid notitle, \
    'signatures.tsv' index 5 using 1:2 with lines linewidth 0.4 linecolor rgb '#8cc0dc' dashtype solid notitle, \
    'signatures.tsv' index 6 using 1:2 with lines linewidth 0.4 linecolor rgb '#8cc0dc' dashtype solid notitle, \
    'signatures.tsv' index 7 using 1:2 with lines linewidth 0.4 linecolor rgb '#8cc0dc' dashtype solid notitle, \
    'signatures.tsv' index 8 using 1:2 with lines linewidth 0.8 linecolor rgb '#808080' dashtype (1.2,1.6) notitle, \
    'signatures.tsv' index 9 using 1:2 with lines linewidth 1.3 linecolor rgb '#d55e00' dashtype solid notitle, \
    'signatures.tsv' index 10 using 1:2 with lines linewidth 1.3 linecolor rgb '#0072b2' dashtype (5,2) notitle, \
    'signatures.tsv' index 11 using 1:2 with points pointtype 7 pointsize 0.5 linewidth 0.7 linecolor rgb '#d55e00' notitle, \
    'signatures.tsv' index 12 using 1:2 with points pointtype 5 pointsize 0.5 linewidth 0.7 linecolor rgb '#0072b2' notitle

  # panel 2
  reset
  set datafile separator "\t"
  set lmargin at screen 0.39737
  set rmargin at screen 0.64815
  set bmargin at screen 0.56228
  set tmargin at screen 0.89965
  set border 15 linewidth 0.5
  set xrange [0:120.51]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('0' 0, '50' 50, '100' 100)
  set yrange [0:1.02]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('0.0' 0, '0.5' 0.5, '1.0' 1)
  set label 'rl-fast' at screen 0.52276,0.92388 center noenhanced front
  set label 'step' at screen 0.52276,0.49654 center noenhanced front
  set label 'degenerate groups' at screen 0.34979,0.73097 center rotate by 90 noenhanced front
  unset colorbox
  plot 'signatures.tsv' index 13 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'signatures.tsv' index 14 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'signatures.tsv' index 15 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'signatures.tsv' index 16 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'signatures.tsv' index 17 using 1:2 with lines linewidth 0.4 linecolor rgb '#8cc0dc' dashtype solid notitle, \
    'signatures.tsv' index 18 using 1:2 with lines linewidth 0.4 linecolor rgb '#8cc0dc' dashtype solid notitle, \
    'signatures.tsv' index 19 using 1:2 with lines linewidth 0.4 linecolor rgb '#8cc0dc' dashtype solid notitle, \
    'signatures.tsv' index 20 using 1:2 with lines linewidth 0.4 linecolor rgb '#8cc0dc' dashtype solid notitle, \
    'signatures.tsv' index 21 using 1:2 with lines linewidth 0.4 linecolor rgb '#b3ddf5' dashtype solid notitle, \
    'signatures.tsv' index 22 using 1:2 with lines linewidth 0.4 linecolor rgb '#b3ddf5' dashtype solid notitle, \
    'signatures.tsv' index 23 using 1:2 with lines linewidth 0.4 linecolor rgb '#b3ddf5' dashtype solid notitle, \
    'signatures.tsv' index 24 using 1:2 with lines linewidth 0.4 linecolor rgb '#b3ddf5' dashtype solid notitle, \
    'signatures.tsv' index 25 using 1:2 with lines linewidth 0.8 linecolor rgb '#808080' dashtype (1.2,1.6) notitle, \
    'signatures.tsv' index 26 using 1:2 with lines linewidth 1.3 linecolor rgb '#d55e00' dashtype solid notitle, \
    'signatures.tsv' index 27 using 1:2 with lines linewidth 1.3 linecolor rgb '#0072b2' dashtype (5,2) notitle, \
    'signatures.tsv' index 28 using 1:2 with lines linewidth 1.3 linecolor rgb '#56b4e9' dashtype (1.2,1.6) notitle, \
    'signatures.tsv' index 29 using 1:2 with points pointtype 7 pointsize 0.5 linewidth 0.7 linecolor rgb '#d55e00' notitle, \
    'signatures.tsv' index 30 using 1:2 with points pointtype 5 pointsize 0.5 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'signatures.tsv' index 31 using 1:2 with points pointtype 13 pointsize 0.5 linewidth 0.7 linecolor rgb '#56b4e9' notitle

  # panel 3
  reset
  set datafile separator "\t"
  set lmargin at screen 0.7307
  set rmargin at screen 0.98148
  set bmargin at screen 0.56228
  set tmargin at screen 0.89965
  set border 15 linewidth 0.5
  set xrange [0:110.21000000000001]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('0' 0, '50' 50, '100' 100)
  set yrange [0:51.84]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('0' 0, '20' 20, '40' 40)
  set label 'rl-long' at screen 0.85609,0.92388 center noenhanced front
  set label 'step' at screen 0.85609,0.49654 center noenhanced front
  set label 'response length (tokens)' at screen 0.6877,0.73097 center rotate by 90 noenhanced front
  unset colorbox
  plot 'signatures.tsv' index 32 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'signatures.tsv' index 33 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'signatures.tsv' index 34 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'signatures.tsv' index 35 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'signatures.tsv' index 36 using 1:2 with lines linewidth 0.4 linecolor rgb '#8cc0dc' dashtype solid notitle, \
    'signatures.tsv' index 37 using 1:2 with lines linewidth 0.4 linecolor rgb '#8cc0dc' dashtype solid notitle, \
    'signatures.tsv' index 38 using 1:2 with lines linewidth 0.4 linecolor rgb '#8cc0dc' dashtype solid notitle, \
    'signatures.tsv' index 39 using 1:2 with lines linewidth 0.4 linecolor rgb '#8cc0dc' dashtype solid notitle, \
    'signatures.tsv' index 40 using 1:2 with lines linewidth 0.8 linecolor rgb '#808080' dashtype (1.2,1.6) notitle, \
    'signatures.tsv' index 41 using 1:2 with lines linewidth 1.3 linecolor rgb '#d55e00' dashtype solid notitle, \
    'signatures.tsv' index 42 using 1:2 with lines linewidth 1.3 linecolor rgb '#0072b2' dashtype (5,2) notitle, \
    'signatures.tsv' index 43 using 1:2 with points pointtype 7 pointsize 0.5 linewidth 0.7 linecolor rgb '#d55e00' notitle, \
    'signatures.tsv' index 44 using 1:2 with points pointtype 5 pointsize 0.5 linewidth 0.7 linecolor rgb '#0072b2' notitle

  # panel 4
  reset
  set datafile separator "\t"
  set lmargin at screen 0.06403
  set rmargin at screen 0.31481
  set bmargin at screen 0.08651
  set tmargin at screen 0.42388
  set border 15 linewidth 0.5
  set xrange [0:42.230000000000004]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('0' 0, '10' 10, '20' 20, '30' 30, '40' 40)
  set yrange [0:1.02]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('0.0' 0, '0.5' 0.5, '1.0' 1)
  set label 'rl-stale' at screen 0.18942,0.4481 center noenhanced front
  set label 'step' at screen 0.18942,0.02076 center noenhanced front
  set label 'reward' at screen 0.01646,0.25519 center rotate by 90 noenhanced front
  unset colorbox
  plot 'signatures.tsv' index 45 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'signatures.tsv' index 46 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'signatures.tsv' index 47 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'signatures.tsv' index 48 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'signatures.tsv' index 49 using 1:2 with lines linewidth 0.4 linecolor rgb '#8cc0dc' dashtype solid notitle, \
    'signatures.tsv' index 50 using 1:2 with lines linewidth 0.4 linecolor rgb '#8cc0dc' dashtype solid notitle, \
    'signatures.tsv' index 51 using 1:2 with lines linewidth 0.4 linecolor rgb '#8cc0dc' dashtype solid notitle, \
    'signatures.tsv' index 52 using 1:2 with lines linewidth 0.4 linecolor rgb '#8cc0dc' dashtype solid notitle, \
    'signatures.tsv' index 53 using 1:2 with lines linewidth 0.8 linecolor rgb '#808080' dashtype (1.2,1.6) notitle, \
    'signatures.tsv' index 54 using 1:2 with lines linewidth 1.3 linecolor rgb '#d55e00' dashtype solid notitle, \
    'signatures.tsv' index 55 using 1:2 with lines linewidth 1.3 linecolor rgb '#0072b2' dashtype (5,2) notitle, \
    'signatures.tsv' index 56 using 1:2 with points pointtype 7 pointsize 0.5 linewidth 0.7 linecolor rgb '#d55e00' notitle, \
    'signatures.tsv' index 57 using 1:2 with points pointtype 5 pointsize 0.5 linewidth 0.7 linecolor rgb '#0072b2' notitle

  # panel 5
  reset
  set datafile separator "\t"
  set lmargin at screen 0.39737
  set rmargin at screen 0.64815
  set bmargin at screen 0.08651
  set tmargin at screen 0.42388
  set border 15 linewidth 0.5
  set xrange [0:108.15]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('0' 0, '50' 50, '100' 100)
  set yrange [0:1.02]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('0.0' 0, '0.5' 0.5, '1.0' 1)
  set label 'sft-few' at screen 0.52276,0.4481 center noenhanced front
  set label 'step' at screen 0.52276,0.02076 center noenhanced front
  set label 'held-out accuracy' at screen 0.34979,0.25519 center rotate by 90 noenhanced front
  unset colorbox
  plot 'signatures.tsv' index 58 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'signatures.tsv' index 59 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'signatures.tsv' index 60 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'signatures.tsv' index 61 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'signatures.tsv' index 62 using 1:2 with lines linewidth 0.4 linecolor rgb '#8cc0dc' dashtype solid notitle, \
    'signatures.tsv' index 63 using 1:2 with lines linewidth 0.4 linecolor rgb '#8cc0dc' dashtype solid notitle, \
    'signatures.tsv' index 64 using 1:2 with lines linewidth 0.4 linecolor rgb '#8cc0dc' dashtype solid notitle, \
    'signatures.tsv' index 65 using 1:2 with lines linewidth 0.4 linecolor rgb '#8cc0dc' dashtype solid notitle, \
    'signatures.tsv' index 66 using 1:2 with lines linewidth 1.3 linecolor rgb '#d55e00' dashtype solid notitle, \
    'signatures.tsv' index 67 using 1:2 with lines linewidth 1.3 linecolor rgb '#0072b2' dashtype (5,2) notitle, \
    'signatures.tsv' index 68 using 1:2 with points pointtype 7 pointsize 0.5 linewidth 0.7 linecolor rgb '#d55e00' notitle, \
    'signatures.tsv' index 69 using 1:2 with points pointtype 5 pointsize 0.5 linewidth 0.7 linecolor rgb '#0072b2' notitle

  # panel 6
  reset
  set datafile separator "\t"
  set lmargin at screen 0.7307
  set rmargin at screen 0.98148
  set bmargin at screen 0.08651
  set tmargin at screen 0.42388
  set border 15 linewidth 0.5
  set xrange [0:175.1]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('0' 0, '50' 50, '100' 100, '150' 150)
  set yrange [0:1.02]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('0.0' 0, '0.5' 0.5, '1.0' 1)
  set label 'srft-wrong' at screen 0.85609,0.4481 center noenhanced front
  set label 'step' at screen 0.85609,0.02076 center noenhanced front
  set label 'reward' at screen 0.68313,0.25519 center rotate by 90 noenhanced front
  unset colorbox
  plot 'signatures.tsv' index 70 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'signatures.tsv' index 71 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'signatures.tsv' index 72 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'signatures.tsv' index 73 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'signatures.tsv' index 74 using 1:2 with lines linewidth 0.4 linecolor rgb '#8cc0dc' dashtype solid notitle, \
    'signatures.tsv' index 75 using 1:2 with lines linewidth 0.4 linecolor rgb '#8cc0dc' dashtype solid notitle, \
    'signatures.tsv' index 76 using 1:2 with lines linewidth 0.4 linecolor rgb '#8cc0dc' dashtype solid notitle, \
    'signatures.tsv' index 77 using 1:2 with lines linewidth 0.4 linecolor rgb '#8cc0dc' dashtype solid notitle, \
    'signatures.tsv' index 78 using 1:2 with lines linewidth 1.3 linecolor rgb '#d55e00' dashtype solid notitle, \
    'signatures.tsv' index 79 using 1:2 with lines linewidth 1.3 linecolor rgb '#0072b2' dashtype (5,2) notitle, \
    'signatures.tsv' index 80 using 1:2 with points pointtype 7 pointsize 0.5 linewidth 0.7 linecolor rgb '#d55e00' notitle, \
    'signatures.tsv' index 81 using 1:2 with points pointtype 5 pointsize 0.5 linewidth 0.7 linecolor rgb '#0072b2' notitle

  unset multiplot
  set output
}
